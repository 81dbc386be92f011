using System.Globalization;

namespace Commission.Load;

/// <summary>
/// Whole-system measurements: <c>dotnet run -c Release --project bench/Load -- events [COUNT]</c>, <c>publish
/// [PAYEES]</c> or <c>rules [PAYEES]</c>. Each checks its answers.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        int? count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : null;
        switch (args)
        {
            case ["events", ..]:
                await EventsLoad.RunAsync(count ?? 50_000);
                return 0;
            case ["publish", ..]:
                await PublishLoad.RunAsync(count ?? 100_000);
                return 0;
            case ["rules", ..]:
                await RulesLoad.RunAsync(count ?? 20_000);
                return 0;
            default:
                await Console.Error.WriteLineAsync("Expected: events [COUNT], publish [PAYEES] or rules [PAYEES]");
                return 2;
        }
    }
}
