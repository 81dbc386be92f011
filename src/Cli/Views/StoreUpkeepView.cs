using System.Globalization;
using Commission.Storage;

namespace Commission.Cli.Views;

/// <summary>What checking, exporting and importing a store say.</summary>
internal static class StoreUpkeepView
{
    public static async Task<int> CheckAsync(Terminal terminal, string store, CancellationToken ct)
    {
        var problems = 0L;
        var counts = await StoreUpkeep.CheckAsync(store, Report, ct);
        terminal.Out.WriteLine(Describe(counts));
        terminal.Out.WriteLine(problems == 0 ? "No problems." : FormattableString.Invariant($"{problems} problems."));
        return problems == 0 ? ExitCode.Ok : ExitCode.Findings;

        void Report(StoreProblem problem)
        {
            problems++;
            terminal.Out.WriteLine(problem.ToString());
        }
    }

    public static async Task<int> ExportAsync(Terminal terminal, string store, string file, CancellationToken ct)
    {
        var problems = 0L;
        var counts = await StoreUpkeep.ExportAsync(store, file, Report, ct);
        if (problems > 0)
        {
            terminal.Error.WriteLine(FormattableString.Invariant($"{problems} problems: nothing was exported."));
            return ExitCode.Findings;
        }

        terminal.Out.WriteLine($"{file}: {Describe(counts)}");
        return ExitCode.Ok;

        void Report(StoreProblem problem)
        {
            problems++;
            terminal.Out.WriteLine(problem.ToString());
        }
    }

    public static async Task<int> ImportAsync(Terminal terminal, string store, string file, CancellationToken ct)
    {
        var counts = await StoreUpkeep.ImportAsync(store, file, ct);
        terminal.Out.WriteLine($"Imported {Describe(counts)}");
        return ExitCode.Ok;
    }

    private static string Describe(StoreCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{counts.Events:N0} events in {counts.Shards:N0} shards, {counts.Entries:N0} ledger records in {
            counts.Accounts:N0} accounts, {counts.Documents:N0} versions of documents, {counts.States:N0} states.");
}
