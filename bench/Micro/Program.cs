using System.Globalization;

namespace Commission.Micro;

/// <summary>Measurements of the engine; bench/README.md says how to run them.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["evaluate", ..])
        {
            var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
            return await EvaluateRun.RunAsync(count, args.Contains("--several"), args.Contains("--yaml"));
        }

        return 0;
    }
}
