using System.Globalization;
using Commission.Load.Calls;
using Commission.Load.Events;
using Commission.Load.Grains;
using Commission.Load.Growth;
using Commission.Load.Measuring;
using Commission.Load.Postgres;
using Commission.Load.Recovery;
using Commission.Load.Starting;
using Commission.Load.Verifying;
using Commission.Load.Watching;

namespace Commission.Load;

/// <summary>
/// Whole-system measurements: <c>dotnet run -c Release --project bench/Load -- COMMAND</c>. Each checks its answers.
/// </summary>
internal static class Program
{
    private const string Expected = """
        Expected one of:
          estimate [PAYEES]
          preview [DEALS]
          handler OTHER_HANDLER
          grain-calls [CALLERS]
          events [COUNT]
          events-postgres [CONNECTION] [COUNT]
          recompute [CONNECTION] [DEALS]
          growth-deals [DEALS] [EVENTS]
          growth-payees [PAYEES] [EVENTS_PER_SECOND] [SECONDS]
          graph
          memory [PAYEES]
          verify [CREDITS] [PAYEES]
          start [OTHER_SILO]
          acks [COUNT] [EVENTS_PER_SECOND]
          publish [PAYEES] [ASKERS]
          rules [PAYEES]
          watch [WATCHERS] [PAYEES] [EVENTS_PER_SECOND] [SECONDS]
          recover-rep [CREDITS]
          recover-silo credited|logged [EVENTS] [PAYEES] [RUNS]
          compare OLD NEW
        """;

    private static async Task<int> Main(string[] args)
    {
        if (args is ["compare", var before, var after])
        {
            return Comparison.Run(before, after);
        }

        var run = Find(args);
        await (run?.Invoke() ?? Console.Error.WriteLineAsync(Expected));
        return run is null ? 2 : 0;
    }

    private static Func<Task>? Find(string[] args) => args switch
    {
        ["estimate", ..] => () => EstimateLoad.RunAsync(Number(args, 1, 10_000)),
        ["preview", ..] => () => PreviewLoad.RunAsync(Number(args, 1, 10_000)),
        ["handler", var other] => () => HandlerLoad.RunAsync(other),
        ["grain-calls", ..] => () => GrainCalls.RunAsync(Number(args, 1, 64)),
        ["events", ..] => () => EventsLoad.RunAsync(Number(args, 1, 50_000)),
        ["events-postgres", ..] => () => PostgresEvents.RunAsync(Connection(args), Last(args, 50_000)),
        ["recompute", ..] => () => RecomputeLoad.RunAsync(Connection(args), Last(args, 10_000)),
        ["growth-deals", ..] => () => GrowthDeals.RunAsync(Number(args, 1, 100_000), Number(args, 2, 20_000)),
        ["growth-payees", ..] => () =>
            GrowthPayees.RunAsync(Number(args, 1, 100_000), Number(args, 2, 4000), Number(args, 3, 5)),
        ["graph"] => GrowthGraph.RunAsync,
        ["memory", ..] => () => MemoryLoad.RunAsync(Number(args, 1, 50_000)),
        ["verify", ..] => () => VerifyLoad.RunAsync(Number(args, 1, 1_000_000), Number(args, 2, 10_000)),
        ["start"] => () => StartLoad.RunAsync(null),
        ["start", var other] => () => StartLoad.RunAsync(other),
        ["acks", ..] => () => AcksLoad.RunAsync(Number(args, 1, 50_000), Number(args, 2, 0)),
        ["publish", ..] => () => PublishLoad.RunAsync(Number(args, 1, 100_000), Number(args, 2, 4)),
        ["rules", ..] => () => RulesLoad.RunAsync(Number(args, 1, 20_000)),
        ["watch", ..] => () => WatchLoad.RunAsync(
            Number(args, 1, 500), Number(args, 2, 10_000), Number(args, 3, WatchLoad.GoalRate), Number(args, 4, 10)),
        ["recover-rep", ..] => () => RecoverRep.RunAsync(Number(args, 1, 100_000)),
        ["recover-silo", "credited" or "logged", ..] => () =>
            RecoverSilo.RunAsync(Number(args, 2, 1_000_000), Number(args, 3, 10_000), args[1], Number(args, 4, 3)),
        // What the others start for themselves.
        ["serve-app", _] => () => EmptyApp.RunAsync(Number(args, 1, 0)),
        ["serve-empty", _] => () => EmptyServer.RunAsync(Number(args, 1, 0)),
        _ => null,
    };

    /// <summary>Of a PostgreSQL server, if one is named: the first argument that is no number.</summary>
    private static string? Connection(string[] args) => args.Skip(1).FirstOrDefault(arg => !IsNumber(arg));

    private static int Last(string[] args, int otherwise) =>
        IsNumber(args[^1]) ? Number(args, args.Length - 1, otherwise) : otherwise;

    private static bool IsNumber(string arg) => int.TryParse(arg, CultureInfo.InvariantCulture, out _);

    private static int Number(string[] args, int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
}
