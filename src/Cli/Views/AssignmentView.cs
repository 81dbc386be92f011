using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>A payee's assignments.</summary>
internal static class AssignmentView
{
    public static IRenderable Of(Terminal terminal, AssignReply reply)
    {
        var table = terminal.Table("Plan", "From", "To", "Quotas", "Targets", "Prorate");
        foreach (var assignment in reply.Assignments)
        {
            table.AddRow(
                Markup.Escape(assignment.Plan), assignment.From, assignment.To.Length == 0 ? "open" : assignment.To,
                Markup.Escape(string.Join("; ", assignment.Quotas.OrderBy(one => one.Key, StringComparer.Ordinal)
                    .Select(quota => $"{quota.Key} {Text(quota.Value)}"))),
                Markup.Escape(string.Join("; ", assignment.Targets.OrderBy(one => one.Key, StringComparer.Ordinal)
                    .Select(target => $"{target.Key} {Figures.Number(target.Value)}"))),
                Markup.Escape(assignment.Prorate));
        }

        var state = reply.Repeat ? "nothing was different" : "changed";
        return new Rows(
            table, new Text(string.Create(CultureInfo.InvariantCulture, $"Version {reply.Version}: {state}")));
    }

    private static string Text(Quota quota) => quota switch
    {
        { Amount.Length: > 0 } => $"{Figures.Number(quota.Amount)} a {quota.Window}",
        { Yearly.Length: > 0 } => $"{Figures.Number(quota.Yearly)} a year by {quota.Window}",
        _ => $"by {quota.Window}: " + string.Join(", ", quota.Amounts.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => $"{one.Key} {Figures.Number(one.Value)}")),
    };
}
