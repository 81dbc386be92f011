using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>A leaderboard as people read it.</summary>
internal static class LeaderboardView
{
    public static IRenderable Of(Terminal terminal, Leaderboard board, BoardMeasure measure)
    {
        var table = terminal.Table(">Rank", "Payee", "Name", $">{measure}", "Component", "Period", "Note");
        foreach (var entry in board.Entries)
        {
            table.AddRow(
                entry.Rank == 0 ? "" : entry.Rank.ToString(CultureInfo.InvariantCulture),
                Markup.Escape(entry.Rep),
                Markup.Escape(entry.Name),
                Value(entry, measure),
                Markup.Escape(entry.Component),
                entry.Period?.Name ?? "",
                Markup.Escape(string.Join("; ", (entry.Refused?.Violations ?? []).Select(why => why.Message))));
        }

        var state = string.Create(
            CultureInfo.InvariantCulture,
            $"{board.On}: {board.Ranked} ranked, {board.Unranked} not; ")
            + string.Create(CultureInfo.InvariantCulture, $"as of {board.Time.ToDateTime():HH:mm:ss.fff} UTC");
        return new Rows(table, new Text(state));
    }

    private static string Value(BoardEntry entry, BoardMeasure measure) => measure switch
    {
        BoardMeasure.Credited => Figures.Number(entry.Value),
        BoardMeasure.Earned => $"{Figures.Number(entry.Value)} {entry.Currency}".Trim(),
        _ => Figures.Percent(entry.Value),
    };
}
