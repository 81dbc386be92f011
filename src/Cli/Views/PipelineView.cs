using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>What open deals may bring, and what a goal takes, as a payee reads it.</summary>
internal static class PipelineView
{
    /// <summary>A forecast.</summary>
    public static IRenderable Of(Terminal terminal, ForecastReply forecast)
    {
        var open = forecast.OpenDeals.ToString(CultureInfo.InvariantCulture);
        var parts = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(forecast.Rep)}[/] on plan {Markup.Escape(forecast.Plan)}, "
                + $"{forecast.On}: {open} open deals"),
            new Markup($"Pay at 100 % of quota: [bold]{Figures.Text(forecast.PayAtQuota)}[/]; "
                + $"the next unit of money pays {Figures.Number(forecast.NextUnitPays)}"),
            Components(terminal, forecast),
            Spans(terminal, forecast),
        };
        parts.AddRange(Notes(forecast.Notices));
        parts.Add(new Markup(Markup.Escape(Figures.State(forecast.AsOf))));
        return new Rows(parts);
    }

    /// <summary>What a goal takes.</summary>
    public static IRenderable Of(Terminal terminal, SeekGoalReply goal)
    {
        var table = terminal.Table("Component", "Outcome", ">More", "Of", ">Earned then");
        foreach (var component in goal.Components)
        {
            table.AddRow(
                Markup.Escape(component.Title),
                Outcome(component.Outcome) + (component.Why == GoalObstacle.Unspecified ? "" : $" ({component.Why})"),
                Figures.Number(component.More),
                Markup.Escape(component.Measure),
                Figures.Text(component.Earned));
        }

        var deals = goal.OpenDeals;
        var parts = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(goal.Rep)}[/] on plan {Markup.Escape(goal.Plan)}, {goal.On}: "
                + $"to earn {Figures.Text(goal.Goal)}"),
            table,
            new Markup(Markup.Escape($"Open deals: {Outcome(deals.Outcome)}, {Figures.Text(deals.Earned)} with "
                + (deals.Deals.Count == 0 ? "none" : string.Join(", ", deals.Deals))
                + (deals.Exact ? "" : " (perhaps fewer do)"))),
        };
        parts.AddRange(Notes(goal.Notices));
        return new Rows(parts);
    }

    /// <summary>What several deals pay.</summary>
    public static IRenderable Of(Terminal terminal, PreviewDealsReply reply)
    {
        var table = terminal.Table("Deal", "Day", "Plan", ">In this order", ">Least", ">Most");
        foreach (var deal in reply.Deals)
        {
            table.AddRow(
                Markup.Escape(deal.Deal), deal.Credited, Markup.Escape(deal.Plan), Figures.Text(deal.Earned),
                Figures.Text(deal.Least?.Earned), Figures.Text(deal.Most?.Earned));
        }

        var parts = new List<IRenderable> { table };
        parts.AddRange(reply.Totals.Select(total =>
            new Markup($"Together {Figures.Text(total.Earned)} on plan {Markup.Escape(total.Plan)}")));
        parts.AddRange(Notes(reply.Notices));
        return new Rows(parts);
    }

    private static Table Components(Terminal terminal, ForecastReply forecast)
    {
        var table = terminal.Table("Component", "Window", ">Quota", ">At quota", ">Next unit pays");
        foreach (var component in forecast.Components)
        {
            table.AddRow(
                Markup.Escape(component.Title), Markup.Escape(component.Window), Figures.Number(component.Quota),
                Figures.Text(component.PayAtQuota), Figures.Number(component.NextUnitPays));
        }

        return table;
    }

    private static Table Spans(Terminal terminal, ForecastReply forecast)
    {
        var table = terminal.Table("Pipeline", "", ">Open deals", ">Now", ">All close", ">Weighted", ">Mean",
            ">P10", ">P50", ">P90");
        foreach (var span in forecast.Pipeline)
        {
            Add($"{span.Kind} {span.Period.Name}", "earned", span, span.Earned);
            if (span.Paid is { } paid)
            {
                Add("", "paid", span, paid);
            }
        }

        return table;

        void Add(string name, string what, PipelineSpan span, PipelineFigures figures) => table.AddRow(
            Markup.Escape(name),
            what,
            span.Deals.ToString(CultureInfo.InvariantCulture),
            Figures.Amount(figures.Now),
            Figures.Amount(figures.AllClose),
            Figures.Amount(figures.Weighted),
            Figures.Number(figures.Mean),
            Figures.Amount(figures.P10.Value),
            Figures.Amount(figures.P50.Value),
            Figures.Amount(figures.P90.Value));
    }

    private static IEnumerable<IRenderable> Notes(IEnumerable<string> notices) =>
        notices.Select(notice => new Markup($"[yellow]Note: {Markup.Escape(notice)}[/]"));

    private static string Outcome(GoalOutcome outcome) => outcome switch
    {
        GoalOutcome.Reached => "reached",
        GoalOutcome.Needs => "needs",
        _ => "out of reach",
    };
}
