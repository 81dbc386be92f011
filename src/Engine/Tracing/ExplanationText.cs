using System.Collections.Immutable;
using System.Text;

namespace Commission.Engine;

/// <summary>Writes explanations as rows of text: the words to the left, what they add to the right, decimal points
/// below each other.</summary>
internal sealed class ExplanationText
{
    private const int Step = 4;
    private const int RowWidth = 110;
    private const int TextWidthMin = 40;
    private readonly StringBuilder _rows = new();

    public static string Of(Explanation explanation)
    {
        var text = new ExplanationText();
        if (explanation.Title.Length > 0)
        {
            text.Row(explanation.Title);
        }

        if (!explanation.Lines.IsEmpty)
        {
            text.Block(explanation, explanation.Lines, explanation.Title.Length > 0 ? Step / 2 : 0);
        }

        return text._rows.ToString().TrimEnd('\n');
    }

    private void Block(Explanation explanation, ImmutableArray<TraceLine> lines, int indent)
    {
        var amounts = lines.Select(line => AmountOf(explanation, line)).ToList();
        var whole = amounts.Max(amount => PointOf(amount));
        var widest = amounts.Max(amount => amount.Length - PointOf(amount)) + whole;
        var room = Math.Max(TextWidthMin, RowWidth - indent - widest - 2);
        var texts = lines.Select(line => Wrapped(line.Text, room).ToList()).ToList();
        var column = indent + texts.Max(rows => rows.Max(row => row.Length)) + 2;
        for (var i = 0; i < texts.Count; i++)
        {
            var line = lines[i];
            if (IsTotal(line))
            {
                Row(new string(' ', column) + new string('-', widest));
            }

            Rows(texts[i], indent, column, amounts[i].PadLeft(amounts[i].Length + whole - PointOf(amounts[i])));
            if (line.Detail is { } detail && Shown(line, detail) is { IsEmpty: false } details)
            {
                Block(detail, details, indent + Step);
            }
        }
    }

    // A quota's text says all of it, and a total needs no second row right below the line that has it.
    private static ImmutableArray<TraceLine> Shown(TraceLine line, Explanation detail) =>
        line.Step == TraceStep.Quota ? []
        : detail.Figure == line.Effect ? detail.Lines.RemoveAll(IsTotal)
        : detail.Lines;

    private void Rows(List<string> texts, int indent, int column, string amount)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            var row = new string(' ', indent) + texts[i];
            Row(i == texts.Count - 1 ? row.PadRight(column) + amount : row);
        }
    }

    private void Row(string text) => _rows.Append(text.TrimEnd()).Append('\n');

    private static bool IsTotal(TraceLine line) => line.Step is TraceStep.Earned or TraceStep.Paid;

    private static bool IsShownAtZero(TraceLine line) =>
        line.Step == TraceStep.Component || line is { Step: TraceStep.OwedBefore, Quantity: null };

    private static string AmountOf(Explanation explanation, TraceLine line)
    {
        var amount = IsTotal(line) ? explanation.Figure : line.Effect;
        return amount.IsZero && !IsTotal(line) && !IsShownAtZero(line)
            ? ""
            : Wording.Number(amount, explanation.Unit.Currency?.Digits ?? 0);
    }

    private static int PointOf(string amount)
    {
        var point = amount.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? amount.Length : point;
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        var rest = text.ReplaceLineEndings(" ");
        while (rest.Length > width)
        {
            var at = rest.LastIndexOf(' ', width);
            at = at > width / 2 ? at : char.IsLowSurrogate(rest[width]) ? width - 1 : width;
            yield return rest[..at];
            rest = "  " + rest[at..].TrimStart();
        }

        yield return rest;
    }
}
