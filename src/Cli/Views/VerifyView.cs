using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Cli.Views;

/// <summary>What a verification says as it goes on. Calls come one after the other.</summary>
internal sealed class VerifyView(Terminal terminal, bool json)
{
    private VerifySummary? _summary;
    private long _shown;
    private bool _hasProgress;

    /// <summary>0 clean, 1 differences, 2 nothing can be said, or not of all.</summary>
    public int Code => _summary switch
    {
        { Differences: > 0 } => ExitCode.Findings,
        { Busy: 0 } => ExitCode.Ok,
        _ => ExitCode.Usage,
    };

    /// <summary>Prints one update. Progress is for terminals only.</summary>
    public void Show(VerifyUpdate update)
    {
        switch (update.UpdateCase)
        {
            case VerifyUpdate.UpdateOneofCase.Progress when terminal.IsInteractive && !json:
                terminal.Error.Write($"\r{Describe(update.Progress),-60}");
                _hasProgress = true;
                break;
            case VerifyUpdate.UpdateOneofCase.Difference:
                Print(update, () => Describe(update.Difference));
                _shown++;
                break;
            case VerifyUpdate.UpdateOneofCase.Summary:
                _summary = update.Summary;
                Print(update, () => Describe(update.Summary, _shown));
                break;
            default:
                break;
        }
    }

    private void Print(VerifyUpdate update, Func<string> describe)
    {
        if (_hasProgress)
        {
            terminal.Error.Write($"\r{"",-60}\r");
            _hasProgress = false;
        }

        if (json)
        {
            terminal.WriteJsonLine(update);
        }
        else
        {
            terminal.Out.WriteLine(describe());
        }
    }

    private static string Describe(VerifyProgress progress) => progress.Total > 0
        ? Text($"{progress.Stage}: {progress.Done:N0} of {progress.Total:N0}")
        : Text($"{progress.Stage}: {progress.Done:N0}");

    private static string Describe(Difference difference)
    {
        var owner = difference.Payee.Length > 0 ? $"payee {difference.Tenant}/{difference.Payee}"
            : difference.Territory.Length > 0 ? $"territory {difference.Tenant}/{difference.Territory}"
            : $"account of deal {difference.Tenant}/{difference.Deal}";
        var isOwn = difference.Payee.Length + difference.Territory.Length == 0;
        var places = new[]
        {
            Named("deal", isOwn ? "" : difference.Deal),
            Named("statement", difference.Statement),
            Named("window", difference.Window),
            Named("component", difference.Component),
        };
        var positions = string.Join("; ", difference.Positions.Select(
            position => Text($"shard {position.Shard}, event {position.Number}")));
        return $"{owner}{string.Concat(places)}: {difference.Figure} is {OrNothing(difference.Found)}, "
            + $"expected {OrNothing(difference.Expected)}" + (positions.Length > 0 ? $" ({positions})" : "");
    }

    private static string Named(string kind, string name) => name.Length > 0 ? $", {kind} {name}" : "";

    private static string OrNothing(string value) => value.Length > 0 ? value : "nothing";

    private static string Describe(VerifySummary summary, long shown)
    {
        var lines = new List<string>
        {
            Text($"{summary.Events:N0} events, {summary.Deals:N0} deals, {summary.Credits:N0} credits; ")
                + Text($"{summary.Payees:N0} payees, {summary.Territories:N0} territories, ")
                + Text($"{summary.Windows:N0} windows, {summary.Statements:N0} statements compared."),
        };
        if (summary.PendingEvents + summary.PendingDeals > 0)
        {
            lines.Add(Text($"{summary.PendingEvents:N0} events still to be credited; ")
                + Text($"{summary.PendingDeals:N0} deals differ, and may until then."));
        }

        if (summary.Busy > 0)
        {
            lines.Add(Text($"{summary.Busy:N0} payees and territories changed too fast to be compared: verify again."));
        }

        var hidden = summary.Differences > shown ? Text($", {shown:N0} of them above") : "";
        lines.Add(summary.Differences == 0
            ? "No differences."
            : Text($"{summary.Differences:N0} differences{hidden}."));
        return string.Join('\n', lines);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
