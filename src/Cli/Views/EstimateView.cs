using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>An estimate as a payee reads it.</summary>
internal static class EstimateView
{
    public static IRenderable Of(Terminal terminal, Estimate estimate)
    {
        var parts = new List<IRenderable> { new Markup(Heading(estimate)), Summary(terminal, estimate) };
        if (estimate.Components.Count > 0)
        {
            parts.Add(Components(terminal, estimate));
        }

        parts.AddRange(estimate.Notices
            .Concat(estimate.Components.SelectMany(part => part.Notices.Select(notice => $"{part.Title}: {notice}")))
            .Select(notice => new Markup($"[yellow]Note: {Markup.Escape(notice)}[/]")));
        if (estimate.AsOf is not null)
        {
            parts.Add(new Text(Figures.State(estimate.AsOf)));
        }

        return new Rows(parts);
    }

    /// <summary>One line for logs.</summary>
    public static string Line(Estimate estimate) =>
        $"{estimate.Rep} {estimate.Statement?.Name}: earned {Figures.Text(estimate.Earned)}, "
        + $"quarter {Figures.Text(estimate.QuarterToDate)}, year {Figures.Text(estimate.YearToDate)}"
        + string.Concat(estimate.Components.Where(part => part.Attainment.Length > 0)
            .Select(part => $", {part.Component} {Figures.Percent(part.Attainment)}"));

    private static string Heading(Estimate estimate)
    {
        var name = estimate.Name.Length > 0 ? $"{estimate.Name} ({estimate.Rep})" : estimate.Rep;
        return $"[bold]{Markup.Escape(name)}[/] on plan {Markup.Escape(estimate.Plan)} "
            + $"(since {estimate.PlanEffective}), as of {estimate.On}";
    }

    private static Table Summary(Terminal terminal, Estimate estimate)
    {
        var table = terminal.Table("", ">").HideHeaders();
        table.AddRow(
            $"Earned in {Markup.Escape(estimate.Statement?.Name ?? "")}", $"[bold]{Figures.Text(estimate.Earned)}[/]");
        table.AddRow("Paid with this statement", Figures.Text(estimate.Paid));
        if (estimate.DrawBalance is { } balance && (balance.Units != 0 || balance.Nanos != 0))
        {
            table.AddRow("Draw still to recover", Figures.Text(balance));
        }

        table.AddRow("Quarter to date", Figures.Text(estimate.QuarterToDate));
        table.AddRow("Year to date", Figures.Text(estimate.YearToDate));
        return table;
    }

    private static string Next(NextTier next) =>
        $"{Figures.Number(next.Distance)} more reach {Figures.Number(next.At)}"
        + (next.Jump is "" or "0" ? "" : $" and pay {Figures.Number(next.Jump)} at once")
        + $", then {Figures.Number(next.UnitPays)} a unit";

    private static Table Components(Terminal terminal, Estimate estimate)
    {
        var table = terminal.Table(
            "Component", "Window", ">Credited", ">Quota", ">Attainment", ">Earned", ">In this statement", "Next tier");
        foreach (var part in estimate.Components)
        {
            table.AddRow(
                Markup.Escape(part.Title.Length > 0 ? part.Title : part.Component),
                Markup.Escape(part.Window?.Name ?? "each deal"),
                Figures.Number(part.Credited),
                Figures.Number(part.Quota),
                Figures.Percent(part.Attainment),
                Figures.Amount(part.Earned),
                Figures.Amount(part.EarnedInStatement),
                part.Next is { } next ? Markup.Escape(Next(next)) : "");
        }

        return table;
    }
}
