using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>Many payees' figures, one line for each.</summary>
internal static class EstimatesView
{
    public static IRenderable Of(Terminal terminal, BatchGetEstimatesReply reply)
    {
        var table = terminal.Table("Payee", "Plan", "Statement", ">Earned", ">Quarter", ">Year", "Note");
        foreach (var outcome in reply.Outcomes)
        {
            var rep = Markup.Escape(outcome.Rep);
            if (outcome.Estimate is { } estimate)
            {
                table.AddRow(
                    rep, Markup.Escape(estimate.Plan), estimate.Statement.Name, Figures.Text(estimate.Earned),
                    Figures.Text(estimate.QuarterToDate), Figures.Text(estimate.YearToDate),
                    Markup.Escape(string.Join("; ", estimate.Notices)));
            }
            else
            {
                var why = outcome.Refused.Violations.Select(violation => violation.Message);
                table.AddRow(rep, "", "", "", "", "", $"[yellow]{Markup.Escape(string.Join("; ", why))}[/]");
            }
        }

        return table;
    }
}
