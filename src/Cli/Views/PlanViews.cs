using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>Versions of plans, and what a plan would change, as an admin reads it.</summary>
internal static class PlanViews
{
    /// <summary>The versions.</summary>
    public static IRenderable Of(Terminal terminal, ListPlanVersionsReply reply)
    {
        var table = terminal.Table(">Version", "Effective", "Published (UTC)", "");
        foreach (var version in reply.Versions)
        {
            table.AddRow(
                version.Version.ToString(CultureInfo.InvariantCulture),
                version.Effective,
                version.Published.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                version.Superseded ? "superseded" : "");
        }

        return table;
    }

    /// <summary>What changed.</summary>
    public static IRenderable Of(Terminal terminal, DiffPlanReply diff)
    {
        var from = diff.From.ToString(CultureInfo.InvariantCulture);
        var to = diff.To.ToString(CultureInfo.InvariantCulture);
        if (diff.Changes.Count == 0)
        {
            return new Markup($"Versions {from} and {to} of {Markup.Escape(diff.Plan)} say the same.");
        }

        var table = terminal.Table("Field", $"Version {from}", $"Version {to}");
        foreach (var change in diff.Changes)
        {
            table.AddRow(
                Markup.Escape(change.Path),
                change.HasOld ? Markup.Escape(change.Old) : "",
                change.HasNew ? Markup.Escape(change.New) : "");
        }

        return table;
    }

    /// <summary>One update of a simulation.</summary>
    public static void Write(Terminal terminal, SimulatePlanUpdate update)
    {
        switch (update.UpdateCase)
        {
            case SimulatePlanUpdate.UpdateOneofCase.Payee:
                terminal.Out.WriteLine(Text(update.Payee));
                break;
            case SimulatePlanUpdate.UpdateOneofCase.Progress when terminal.IsInteractive:
                terminal.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{update.Progress.Done} of {update.Progress.Total} payees"));
                break;
            case SimulatePlanUpdate.UpdateOneofCase.Summary:
                terminal.Console.Write(Of(terminal, update.Summary));
                break;
        }
    }

    private static Rows Of(Terminal terminal, SimulationSummary summary)
    {
        var table = terminal.Table(">Now", ">With the plan", ">Cost");
        for (var i = 0; i < summary.Cost.Count; i++)
        {
            table.AddRow(
                Figures.Text(summary.Now[i]), Figures.Text(summary.Simulated[i]), Figures.Change(summary.Cost[i]));
        }

        var counts = string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Payees} payees, {summary.From} to {summary.To}: {summary.Better} would earn more, "
            + $"{summary.Worse} less, {summary.Same} the same; {summary.Refused} could not be simulated.");
        return new Rows(new Markup(Markup.Escape(counts)), table);
    }

    private static string Text(SimulatedPayee payee)
    {
        if (payee.Refused is { } refused)
        {
            return $"{payee.Rep}: {string.Join("; ", refused.Violations.Select(violation => violation.Message))}";
        }

        var notes = string.Concat(payee.Change.Notices.Select(notice => $" [{notice}]"));
        return $"{payee.Rep}: {Sum(payee.Change.Now)} to {Sum(payee.Change.Simulated)}{notes}";
    }

    private static string Sum(IEnumerable<Money> sums) =>
        sums.Select(Figures.Text).ToList() is { Count: > 0 } texts ? string.Join(" and ", texts) : "nothing";
}
