using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>A deal with its credits, and what its versions changed, as an admin reads it.</summary>
internal static class DealViews
{
    /// <summary>A deal as it stands.</summary>
    public static IRenderable Of(Terminal terminal, DealView view)
    {
        var deal = view.Deal;
        var table = terminal.Table("Payee", "Role", ">Share", "Because");
        foreach (var payee in view.Credits)
        {
            foreach (var role in payee.Roles)
            {
                table.AddRow(
                    Markup.Escape(payee.Rep), role.Role, Figures.Percent(role.Share), Markup.Escape(Ways(role)));
            }
        }

        var parts = new List<IRenderable>
        {
            new Markup($"[bold]Deal {Markup.Escape(deal.Deal_)}[/] of {Figures.Text(deal.Amount)} on {deal.Credited}, "
                + $"{Status(deal)}; event {Markup.Escape(view.EventId)}, {Place(view.Position)}"),
            table,
            new Markup(Markup.Escape($"Territories: {string.Join(", ", view.Territories)}")),
            new Markup(Markup.Escape(Figures.State(view.AsOf))),
        };
        parts.AddRange(view.Notices.Select(notice => new Markup($"[yellow]Note: {Markup.Escape(notice)}[/]")));
        return new Rows(parts);
    }

    /// <summary>Its revisions.</summary>
    public static IRenderable Of(Terminal terminal, DealHistory history)
    {
        var table = terminal.Table(">Revision", "Event", "Position", "Recorded (UTC)", "Status", "Day", ">Amount",
            "Credits changed");
        foreach (var revision in history.Revisions)
        {
            var state = revision.State;
            table.AddRow(
                state.AsOf.Sequence.ToString(CultureInfo.InvariantCulture),
                Markup.Escape(revision.CreditedAnew ? "credited anew" : state.EventId),
                Place(state.Position),
                state.Recorded.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                Status(state.Deal),
                state.Deal.Credited,
                Figures.Text(state.Deal.Amount),
                Markup.Escape(string.Join("; ", revision.Changes.Select(Change))));
        }

        return table;
    }

    private static string Change(CreditChange change) => change switch
    {
        { Before: null, After: { } added } => $"+{change.Rep} {Share(added)}",
        { Before: { } gone, After: null } => $"-{change.Rep} {Share(gone)}",
        _ => $"{change.Rep} {Share(change.Before!)} to {Share(change.After!)}",
    };

    private static string Share(PayeeRole role) => $"{role.Role} {Figures.Percent(role.Share)}";

    private static string Ways(PayeeRole role) =>
        string.Join("; ", role.Ways.Select(way => way.By.Length == 0 ? way.Rule : $"{way.Rule} {way.By}"));

    private static string Status(Deal deal) => deal.Status.ToString().ToUpperInvariant();

    private static string Place(Position position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position.Shard}:{position.Number}");
}
