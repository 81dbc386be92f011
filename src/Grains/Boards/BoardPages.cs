using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;

namespace Commission.Grains.Boards;

/// <summary>Between what payees answer and what readers of a board get.</summary>
internal static class BoardPages
{
    /// <summary>A part of a board.</summary>
    public static BoardPage Of(BoardState state, BoardRead request, long sequence, long first)
    {
        var page = new BoardPage
        {
            Ranked = state.Lines.Count(line => line.Rank > 0),
            Unranked = state.Lines.Count(line => line.Rank == 0),
            Sequence = sequence,
            FirstSequence = first,
            TimeMs = state.TimeMs,
            On = state.On.ToText(),
        };
        page.Lines.AddRange(state.Lines.Skip(request.Offset).Take(request.Size));
        page.Own = request.Own.Length == 0 ? null : state.Lines.FirstOrDefault(line => line.Rep == request.Own);
        return page;
    }

    /// <summary>What a payee answered.</summary>
    public static Standing ToStanding(string rep, Answer<Measured> answer)
    {
        if (answer.Value is { } measured)
        {
            var line = new BoardLine { Rep = rep, Measured = measured.Clone() };
            // The same figure after another change of the payee is the same line.
            line.Measured.Sequence = 0;
            var value = decimal.Parse(measured.Value, CultureInfo.InvariantCulture);
            return new Standing(rep, measured.Sequence, value, line);
        }

        var refusal = answer.Refusals[0];
        return new Standing(
            rep, 0, null, new BoardLine { Rep = rep, Refused = 1 + (int)refusal.Reason, Why = refusal.Message });
    }
}
