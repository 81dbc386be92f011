using Commission.Client.Text;

namespace Commission.Client.Import;

/// <summary>
/// Reads expressions: <c>column</c>, <c>[column with spaces]</c>, <c>12.5</c>, <c>sum(column)</c>, terms joined by
/// <c>+</c> and <c>-</c> with spaces around them, and <c>… by column</c> at the end.
/// </summary>
internal static class ExpressionParser
{
    private static readonly string[] Kinds =
        [.. Enum.GetNames<AggregateKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>The expression, or what is wrong with the text.</summary>
    public static (Expression? Value, string? Problem) Parse(string text)
    {
        try
        {
            return (ParseBy(text.Trim()), null);
        }
        catch (FormatException refused)
        {
            return (null, refused.Message);
        }
    }

    private static Expression ParseBy(string text)
    {
        var at = text.LastIndexOf(" by ", StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(']', at) >= 0 && text.LastIndexOf('[', at) >= 0)
        {
            return ParseTerms(text);
        }

        return new Expression.ByColumn(ParseTerms(text[..at].Trim()), Name(text[(at + 4)..]));
    }

    private static Expression ParseTerms(string text)
    {
        var terms = Split(text);
        var result = ParseTerm(terms[0].Term);
        foreach (var (minus, term) in terms.Skip(1))
        {
            result = new Expression.Difference(result, minus, ParseTerm(term));
        }

        return result;
    }

    // Operators stand between spaces and outside brackets, so that a column may be called `order-id`.
    private static List<(bool Minus, string Term)> Split(string text)
    {
        var terms = new List<(bool, string)>();
        var (start, depth, minus) = (0, 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '[' or '(' ? 1 : text[i] is ']' or ')' ? -1 : 0;
            var operates = depth == 0 && i > 0 && i + 1 < text.Length && text[i] is '+' or '-'
                && depth == 0 && text[i - 1] == ' ' && text[i + 1] == ' ';
            if (operates)
            {
                terms.Add((minus, text[start..i].Trim()));
                (start, minus) = (i + 1, text[i] == '-');
            }
        }

        terms.Add((minus, text[start..].Trim()));
        return terms;
    }

    private static Expression ParseTerm(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && text.EndsWith(')'))
        {
            return new Expression.Aggregate(Kind(text[..open].Trim()), Name(text[(open + 1)..^1]));
        }

        return Decimals.TryParse(text, out _) ? new Expression.Constant(text) : new Expression.Column(Name(text));
    }

    private static AggregateKind Kind(string name) =>
        Kinds.Contains(name, StringComparer.Ordinal)
            ? Enum.Parse<AggregateKind>(name, ignoreCase: true)
            : throw new FormatException($"There is no function '{name}'.{Nearest.Hint(name, Kinds)}");

    private static string Name(string text)
    {
        var name = text.Trim();
        if (name.StartsWith('[') && name.EndsWith(']'))
        {
            name = name[1..^1];
        }
        else if (name.IndexOfAny(['(', ')', '[', ']']) >= 0 || name.Contains(' ', StringComparison.Ordinal))
        {
            throw new FormatException($"'{name}' is no column's name; one with spaces is written [{name}].");
        }

        return name.Length > 0 ? name : throw new FormatException("A column's name is missing.");
    }
}
