using System.Globalization;

namespace Commission.Load;

/// <summary>
/// Whole-system measurements: <c>dotnet run -c Release --project bench/Load -- events [COUNT]</c>. Each checks its
/// answers.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is not ["events", ..])
        {
            await Console.Error.WriteLineAsync("Expected: events [COUNT]");
            return 2;
        }

        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 50_000;
        await EventsLoad.RunAsync(count);
        return 0;
    }
}
