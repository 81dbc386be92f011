using Commission.Contracts.V1;

namespace Commission.Client.Import;

/// <summary>A row of a file of currency rates.</summary>
/// <param name="Line">Its first line in the file, from 1.</param>
/// <param name="Rate">As written, unchecked; empty where <paramref name="Problem"/> stands.</param>
/// <param name="Problem">Why the row could not be read; null: it could.</param>
public sealed record RateRow(long Line, DayRate Rate, string? Problem);

/// <summary>Reads a CSV file of currency rates, with the columns from, to, day and rate in any order; others are
/// ignored.</summary>
public static class RateFile
{
    private static readonly string[] Needed = ["from", "to", "day", "rate"];
    private static readonly CsvFormat Format = new(',', [], Latin1: false, '.', null);

    /// <summary>The rows in order, in bounded memory; blank lines are left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The header lacks a column; the message says which.</exception>
    public static IEnumerable<RateRow> Read(string path)
    {
        using var rows = new CsvRows(path, Format);
        if (rows.CheckHeader(Needed) is { } wrong)
        {
            throw new InvalidDataException(wrong);
        }

        var places = Array.ConvertAll(Needed, rows.IndexOf);
        foreach (var row in rows.Rows())
        {
            yield return row.Problem is { } problem
                ? new RateRow(row.Line, new DayRate(), problem)
                : new RateRow(row.Line, ToRate([.. places.Select(place => row.Cells[place].Trim())]), null);
        }
    }

    private static DayRate ToRate(string[] cells) =>
        new() { From = cells[0], To = cells[1], Day = cells[2], Rate = cells[3] };
}
