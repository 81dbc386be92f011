using System.Collections.Immutable;
using Commission.Contracts.Grains.V1;

namespace Commission.Grains.Boards;

/// <summary>What is known of one payee of a board. Immutable.</summary>
/// <param name="Rep">The payee.</param>
/// <param name="Sequence">Of the payee's account; 0 where there is no figure.</param>
/// <param name="Value">The figure; null where there is none.</param>
/// <param name="Line">As it is shown, without the rank.</param>
internal sealed record Standing(string Rep, long Sequence, decimal? Value, BoardLine Line);

/// <summary>Puts payees in order.</summary>
internal static class BoardRanking
{
    /// <summary>
    /// Those with a figure, the most first; payees with the same share a rank, and the next has theirs plus their
    /// number. Then those without, with rank 0. Among equals in ordinal order.
    /// </summary>
    public static ImmutableArray<BoardLine> Rank(IEnumerable<Standing> standings)
    {
        var ordered = standings
            .OrderByDescending(standing => standing.Value is not null)
            .ThenByDescending(standing => standing.Value)
            .ThenBy(standing => standing.Rep, StringComparer.Ordinal)
            .ToList();
        var lines = ImmutableArray.CreateBuilder<BoardLine>(ordered.Count);
        for (var i = 0; i < ordered.Count; i++)
        {
            var isTie = i > 0 && ordered[i].Value == ordered[i - 1].Value;
            var line = ordered[i].Line.Clone();
            line.Rank = ordered[i].Value is null ? 0 : isTie ? lines[i - 1].Rank : i + 1;
            lines.Add(line);
        }

        return lines.DrainToImmutable();
    }
}
