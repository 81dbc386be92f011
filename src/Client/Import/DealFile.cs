namespace Commission.Client.Import;

/// <summary>Reads deals from a CSV file.</summary>
public static class DealFile
{
    /// <summary>
    /// The file's deals in order: for each either an event or why there is none. Every enumeration reads the file
    /// anew, in memory that does not grow with it except for 16 bytes or so for each deal where rows are grouped. A
    /// file without a needed column yields one refusal and nothing else. Throws IOException as files do.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="mapping">How its rows become deals.</param>
    public static IEnumerable<ImportRow> Read(string path, Mapping mapping)
    {
        var scattered = mapping.Group is null ? [] : ScatteredKeys.Find(path, mapping);
        using var csv = new CsvRows(path, mapping.Csv);
        if (csv.CheckHeader(mapping.Columns) is { } problem)
        {
            yield return new ImportRow.Refused(1, 1, "", [new RowRefusal(1, "", "columns", problem)]);
            yield break;
        }

        var columns = Enumerable.Range(0, csv.Columns.Length)
            .ToDictionary(i => csv.Columns[i], i => i, StringComparer.Ordinal);
        foreach (var rows in Groups(csv, mapping))
        {
            yield return Build(mapping, columns, rows, scattered);
        }
    }

    private static ImportRow Build(
        Mapping mapping, Dictionary<string, int> columns, List<FileRow> rows, HashSet<string> scattered)
    {
        var key = mapping.Group is null || rows[0].Problem is not null ? "" : rows[0].Cells[columns[mapping.Group]];
        var problem = rows.FirstOrDefault(row => row.Problem is not null);
        var reason = problem?.Problem
            ?? (scattered.Contains(key) ? $"The rows of '{key}' do not stand next to each other; sort the file by "
                + $"'{mapping.Group}'." : null)
            ?? (rows.Count > mapping.RowsMax ? $"The deal has more than {mapping.RowsMax} rows (max-rows)." : null);
        return reason is null
            ? DealBuilder.Build(mapping, new RowValues(mapping.Csv, columns, rows))
            : new ImportRow.Refused(rows[0].Line, rows[^1].LastLine, key,
                [new RowRefusal((problem ?? rows[0]).Line, key, "row", reason)]);
    }

    // A row that cannot be read may belong to the deal above it, so that deal is refused with it: a deal is never
    // credited in part. Of a deal with too many rows only one more than allowed are kept.
    private static IEnumerable<List<FileRow>> Groups(CsvRows csv, Mapping mapping)
    {
        var at = mapping.Group is null ? -1 : csv.IndexOf(mapping.Group);
        var group = new List<FileRow>();
        foreach (var row in csv.Rows())
        {
            if (group.Count > 0 && !Belongs(group, row, at))
            {
                yield return group;
                group = [];
            }

            if (group.Count > mapping.RowsMax)
            {
                group[^1] = row;
            }
            else
            {
                group.Add(row);
            }
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    private static bool Belongs(List<FileRow> group, FileRow row, int at) =>
        at >= 0 && group[0].Problem is null && (row.Problem is not null || row.Cells[at] == group[0].Cells[at]);
}
