using System.Globalization;
using Commission.Client.Import;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>What an import did.</summary>
internal static class ImportView
{
    public static IRenderable Of(Terminal terminal, ImportReport report)
    {
        var table = terminal.Table("Deals", ">Count").HideHeaders();
        table.AddRow("Recorded", Count(report.Progress.Recorded));
        table.AddRow("Known already", Count(report.Progress.Repeated));
        table.AddRow("Refused", report.Progress.Refused == 0 ? "0" : $"[red]{Count(report.Progress.Refused)}[/]");
        var seconds = report.Elapsed.Ticks / (decimal)TimeSpan.TicksPerSecond;
        var rate = string.Create(
            CultureInfo.InvariantCulture, $"{seconds:#,##0.0} s, {report.EventsPerSecond:#,##0} events a second");
        var parts = new List<IRenderable> { table, new Text(rate) };
        if (report.ResumedAfterLine > 0)
        {
            parts.Add(new Text(
                $"Taken up after line {Count(report.ResumedAfterLine)}; the counts include what was done before."));
        }

        if (report.Progress.Retries > 0)
        {
            parts.Add(new Text($"Retried {Count(report.Progress.Retries)} times."));
        }

        return new Rows(parts);
    }

    private static string Count(long count) => count.ToString("#,##0", CultureInfo.InvariantCulture);
}
