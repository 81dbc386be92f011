using System.Globalization;
using Commission.Client.Text;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>A list of credits as a payee reads it.</summary>
internal static class CreditsView
{
    public static IRenderable Of(Terminal terminal, ListCreditsReply reply)
    {
        var parts = new List<IRenderable>();
        if (reply.Credits.Count > 0)
        {
            parts.Add(Table(terminal, reply));
        }

        parts.Add(new Text(Sum(reply)));
        if (reply.AsOf is not null)
        {
            parts.Add(new Text(Figures.State(reply.AsOf)));
        }

        return new Rows(parts);
    }

    private static Table Table(Terminal terminal, ListCreditsReply reply)
    {
        var table = terminal.Table(
            "Deal", "Day", "Status", ">Amount", "Role", ">Share", "Because", ">Earned", "By component");
        foreach (var credit in reply.Credits)
        {
            Add(table, credit, credit.Roles[0], isFirst: true);
            foreach (var role in credit.Roles.Skip(1))
            {
                Add(table, credit, role, isFirst: false);
            }
        }

        return table;
    }

    private static void Add(Table table, Credit credit, CreditedRole role, bool isFirst)
    {
        var parts = credit.Components.Where(part => part.Credited != "0" || part.Earned is { Units: not 0 })
            .Select(part => $"{part.Component} {Figures.Amount(part.Earned)}");
        var why = credit.Status != DealStatus.Won ? "" : credit.Plan.Length == 0 ? "no plan on this day"
            : string.Join(", ", parts);
        table.AddRow(
            Cell(isFirst ? credit.Deal : ""),
            Cell(isFirst ? credit.Credited : ""),
            Cell(isFirst ? credit.Status.ToString().ToLowerInvariant() : ""),
            Cell(isFirst ? Figures.Text(credit.Amount) : ""),
            Cell(role.Role),
            Cell(Figures.Percent(role.Share)),
            Cell(role.Reason),
            isFirst ? $"[bold]{Cell(Figures.Text(credit.Earned))}[/]" : "",
            Cell(isFirst ? why : ""));
    }

    private static string Cell(string text) => Markup.Escape(text);

    private static string Sum(ListCreditsReply reply)
    {
        var sums = reply.Credits.Where(credit => credit.Earned is not null)
            .GroupBy(credit => credit.Earned.Currency, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Decimals.ToMoney(group.Sum(credit => Decimals.FromMoney(credit.Earned)), group.Key))
            .Select(Figures.Text).ToList();
        var count = reply.Credits.Count.ToString("#,##0", CultureInfo.InvariantCulture);
        return $"{count} deals{(sums.Count == 0 ? "" : ", earned ")}{string.Join(", ", sums)}.";
    }
}
