using System.Globalization;
using Commission.Load.Calls;
using Commission.Load.Events;
using Commission.Load.Grains;
using Commission.Load.Measuring;
using Commission.Load.Recovery;
using Commission.Load.Watching;

namespace Commission.Load;

/// <summary>
/// Whole-system measurements: <c>dotnet run -c Release --project bench/Load -- COMMAND</c>. Each checks its answers.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["events", ..]:
                await EventsLoad.RunAsync(Number(args, 1, 50_000));
                return 0;
            case ["recover-rep", ..]:
                await RecoverRep.RunAsync(Number(args, 1, 100_000));
                return 0;
            case ["recover-silo", "credited" or "logged", ..]:
                await RecoverSilo.RunAsync(Number(args, 2, 1_000_000), Number(args, 3, 10_000), args[1]);
                return 0;
            case ["publish", ..]:
                await PublishLoad.RunAsync(Number(args, 1, 100_000));
                return 0;
            case ["rules", ..]:
                await RulesLoad.RunAsync(Number(args, 1, 20_000));
                return 0;
            case ["watch", ..]:
                await WatchLoad.RunAsync(
                    Number(args, 1, 1000), Number(args, 2, 100), Number(args, 3, 1000), Number(args, 4, 30));
                return 0;
            case ["estimate", ..]:
                await EstimateLoad.RunAsync(Number(args, 1, 10_000));
                return 0;
            case ["preview", ..]:
                await PreviewLoad.RunAsync(Number(args, 1, 10_000));
                return 0;
            case ["grain-calls", ..]:
                await GrainCalls.RunAsync(Number(args, 1, 64));
                return 0;
            case ["serve-empty", _]:
                await EmptyServer.RunAsync(Number(args, 1, 0));
                return 0;
            case ["compare", var before, var after]:
                return Comparison.Run(before, after);
            default:
                await Console.Error.WriteLineAsync("Expected: estimate [PAYEES] | preview [DEALS] | grain-calls [CALLERS] | events [COUNT] | publish [PAYEES] | rules [PAYEES] | "
                    + "recover-rep [CREDITS] | recover-silo credited|logged [EVENTS] [PAYEES] | "
                    + "watch [WATCHERS] [PAYEES] [EVENTS_PER_SECOND] [SECONDS] | "
                    + "compare OLD NEW");
                return 2;
        }
    }

    private static int Number(string[] args, int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
}
