using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>Territories as people read them.</summary>
internal static class TerritoryViews
{
    /// <summary>A list.</summary>
    public static IRenderable Of(Terminal terminal, ListTerritoriesReply reply)
    {
        var table = terminal.Table("Territory", "Title", "Part of", ">Conditions", ">Members");
        foreach (var territory in reply.Territories)
        {
            table.AddRow(
                Markup.Escape(territory.Territory_), Markup.Escape(territory.Title), Markup.Escape(territory.Parent),
                Count(territory.When.Count), Count(territory.Members.Count));
        }

        return table;
    }

    /// <summary>A tree with its totals.</summary>
    public static IRenderable Of(Terminal terminal, TerritoryTreeReply reply)
    {
        var table = terminal.Table(
            "Territory", "Title", ">Deals", ">Month", ">Quarter", ">Year", ">All", ">Attainment", "Note");
        foreach (var node in reply.Nodes)
        {
            var id = Markup.Escape(new string(' ', 2 * node.Level) + node.Territory);
            if (node.Refused is { } refused)
            {
                var why = string.Join("; ", refused.Violations.Select(violation => violation.Message));
                table.AddRow(id, Markup.Escape(node.Title), "", "", "", "", "", "", $"[yellow]{Markup.Escape(why)}[/]");
            }
            else
            {
                table.AddRow(
                    id, Markup.Escape(node.Title), Count(node.All.Deals), Credited(node.Month), Credited(node.Quarter),
                    Credited(node.Year), Credited(node.All), Attainment(node), "");
            }
        }

        return table;
    }

    /// <summary>Members.</summary>
    public static IRenderable Of(Terminal terminal, TerritoryMembersReply reply)
    {
        var table = terminal.Table("Territory", "Payee", "Role", ">Share", "From", "To");
        foreach (var member in reply.Members)
        {
            table.AddRow(
                Markup.Escape(member.Territory), Markup.Escape(member.Rep), member.Role, Figures.Percent(member.Share),
                member.From, member.To);
        }

        return table;
    }

    /// <summary>What a reorganisation did, or would do.</summary>
    public static IRenderable Of(Terminal terminal, RealignReply reply)
    {
        if (reply.Impact is not { } impact)
        {
            return new Text(reply.Repeat
                ? "Nothing was different.\n"
                : $"{Count(reply.Changed)} territories changed; recorded deals are credited anew in the background.\n");
        }

        var table = terminal.Table(
            "Payee", "Role", ">Deals before", ">Deals after", ">Credited before", ">Credited after");
        foreach (var payee in impact.Payees)
        {
            table.AddRow(
                Markup.Escape(payee.Rep), payee.Role, Count(payee.DealsBefore), Count(payee.DealsAfter),
                Amounts(payee.CreditedBefore), Amounts(payee.CreditedAfter));
        }

        return new Rows(
            new Text($"Nothing is changed. {Count(reply.Changed)} territories would change, and with them "
                + $"{Count(impact.DealsChanged)} of {Count(impact.Deals)} deals and "
                + $"{Count(impact.PayeesChanged)} payees."),
            table);
    }

    private static string Attainment(TerritoryNode node) =>
        Figures.Percent(new[] { node.Month, node.Quarter, node.Year }
            .Select(total => total.Attainment).FirstOrDefault(attainment => attainment.Length > 0) ?? "");

    private static string Credited(TerritoryTotal total) => Amounts(total.Credited);

    private static string Amounts(IEnumerable<Money> amounts) => string.Join(", ", amounts.Select(Figures.Text));

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
