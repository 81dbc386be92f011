using System.Globalization;
using Commission.Client.Text;

namespace Commission.Client.Import;

/// <summary>
/// Works out expressions over the rows of one deal. What cannot be worked out becomes a refusal and the value null,
/// so that all that is wrong with a deal is known at once.
/// </summary>
internal sealed class RowValues(CsvFormat format, IReadOnlyDictionary<string, int> columns, IReadOnlyList<FileRow> rows)
{
    /// <summary>Set once the deal's id is known.</summary>
    public string Deal { get; set; } = "";

    public List<RowRefusal> Refusals { get; } = [];

    public IReadOnlyList<FileRow> Rows => rows;

    /// <summary>Notes what is wrong, once: a wrong cell that several fields need is one problem.</summary>
    public void Refuse(string field, string reason, long? line = null)
    {
        var at = line ?? rows[0].Line;
        if (!Refusals.Any(known => known.Line == at && known.Reason == reason))
        {
            Refusals.Add(new RowRefusal(at, Deal, field, reason));
        }
    }

    /// <summary>The expression's text; empty where there is none.</summary>
    public string Words(Expression? expression, string field) => expression switch
    {
        null => "",
        Expression.Constant constant => constant.Text,
        Expression.Column column => Agreed(column.Name, field),
        Expression.Aggregate { Kind: AggregateKind.First } first => Cell(rows[0], first.Name),
        Expression.Aggregate { Kind: AggregateKind.Last } last => Cell(rows[^1], last.Name),
        _ => Number(expression, field) is { } number ? Decimals.ToText(number) : "",
    };

    /// <summary>The expression's number; null where a cell that it needs is empty, or after a refusal.</summary>
    public decimal? Number(Expression expression, string field) => expression switch
    {
        Expression.Aggregate { Kind: AggregateKind.Count } count =>
            rows.Count(row => Cell(row, count.Name).Length > 0),
        Expression.Aggregate { Kind: not (AggregateKind.First or AggregateKind.Last) } aggregate =>
            Combine(aggregate, field),
        Expression.Difference two => Add(Number(two.Left, field), two.Minus, Number(two.Right, field)),
        _ => Parse(Words(expression, field), field, rows[0].Line),
    };

    /// <summary>The rows apart by a column's value, in order of first appearance.</summary>
    public IEnumerable<(string Value, RowValues Rows)> By(string column) =>
        rows.GroupBy(row => Cell(row, column), StringComparer.Ordinal)
            .Select(same => (same.Key, new RowValues(format, columns, [.. same]) { Deal = Deal }));

    /// <summary>Takes over what was refused for some of the rows.</summary>
    public void Include(RowValues part) =>
        part.Refusals.ForEach(refusal => Refuse(refusal.Field, refusal.Reason, refusal.Line));

    private string Cell(FileRow row, string column) => row.Cells[columns[column]].Trim();

    private string Agreed(string column, string field)
    {
        var first = Cell(rows[0], column);
        var other = rows.FirstOrDefault(row => Cell(row, column) != first);
        if (other is not null)
        {
            Refuse(field, $"The rows of the deal differ in '{column}': '{first}' in line {rows[0].Line}, "
                + $"'{Cell(other, column)}' here.", other.Line);
        }

        return first;
    }

    private static decimal? Add(decimal? left, bool minus, decimal? right) => minus ? left - right : left + right;

    private decimal? Combine(Expression.Aggregate aggregate, string field)
    {
        decimal? total = null;
        foreach (var row in rows)
        {
            if (Parse(Cell(row, aggregate.Name), field, row.Line) is not { } value)
            {
                return null;
            }

            total = aggregate.Kind switch
            {
                AggregateKind.Min => Math.Min(total ?? value, value),
                AggregateKind.Max => Math.Max(total ?? value, value),
                _ => (total ?? 0) + value,
            };
        }

        return total;
    }

    private decimal? Parse(string text, string field, long line)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var plain = format.GroupMark is { } mark ? text.Replace(mark.ToString(), "", StringComparison.Ordinal) : text;
        if (format.DecimalMark != '.')
        {
            plain = plain.Contains('.', StringComparison.Ordinal) ? "" : plain.Replace(format.DecimalMark, '.');
        }

        if (Decimals.TryParse(plain, out var value))
        {
            return value;
        }

        Refuse(field, $"'{text}' is not a number of at most 28 digits.", line);
        return null;
    }

    /// <summary>The day, as the API writes it; empty, with a refusal, where there is none.</summary>
    public string Date(DateMapping mapping, string field)
    {
        var text = Words(mapping.Value, field);
        if (DateTime.TryParseExact(
            text, mapping.Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        Refuse(field, $"'{text}' is not a date written as {mapping.Format}.");
        return "";
    }
}
