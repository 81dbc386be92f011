using System.Text;
using Commission.Client.Text;
using CsvHelper;

namespace Commission.Client.Import;

/// <summary>One row of a file.</summary>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="LastLine">Its last line: a quoted cell may hold line breaks.</param>
/// <param name="Cells">One for each column; empty where <paramref name="Problem"/> stands.</param>
/// <param name="Problem">Why the row could not be read; null: it could.</param>
internal sealed record FileRow(long Line, long LastLine, string[] Cells, string? Problem);

/// <summary>Reads a CSV file row by row, in bounded memory.</summary>
internal sealed class CsvRows : IDisposable
{
    private const int RowBytesMax = 1024 * 1024;

    private readonly CsvReader _reader;
    private string? _malformed;
    private bool _broken;

    public CsvRows(string path, CsvFormat format)
    {
        _reader = CsvReader.FromFile(path, new CsvReaderOptions
        {
            Separator = format.Delimiter,
            HasHeader = false,
            Encoding = format.Latin1 ? Encoding.Latin1 : null,
            TrackLineNumbers = true,
            MaxRecordSize = RowBytesMax,
            OnMalformedRecord = record => _malformed = Explain(record.Reason),
        });
        Columns = format.Columns.Count > 0 ? [.. format.Columns] : ReadHeader();
    }

    /// <summary>The columns' names in order.</summary>
    public string[] Columns { get; }

    /// <summary>The position of each name; -1 for none.</summary>
    public int IndexOf(string name) => Array.IndexOf(Columns, name);

    /// <summary>What is wrong with the header, given the columns that are needed; null: nothing.</summary>
    public string? CheckHeader(IEnumerable<string> needed)
    {
        var missing = needed.FirstOrDefault(name => IndexOf(name) < 0);
        var twice = Columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1)?.Key;
        return missing is not null
            ? $"The file has no column '{missing}'; it has {string.Join(", ", Columns)}."
                + Nearest.Hint(missing, Columns)
            : twice is null ? null : $"The file has two columns '{twice}'.";
    }

    /// <summary>The rows in order; blank lines are left out. A row that is too long ends the file.</summary>
    public IEnumerable<FileRow> Rows()
    {
        while (!_broken && Next() is { } row)
        {
            yield return row;
        }
    }

    public void Dispose() => _reader.Dispose();

    private string[] ReadHeader() => _reader.Read() ? [.. _reader.Current.ToArray().Select(name => name.Trim())] : [];

    private FileRow? Next()
    {
        _malformed = null;
        try
        {
            return _reader.Read() ? Current() : null;
        }
        catch (CsvFormatException refused)
        {
            var message = $"A row is longer than {RowBytesMax} bytes: probably a quote is not closed. The rest of the "
                + "file was not read.";
            _broken = true;
            return new FileRow(Math.Max(1, refused.LineNumber), Math.Max(1, refused.LineNumber), [], message);
        }
    }

    private FileRow Current()
    {
        var (line, cells) = (_reader.LineNumber, _reader.Current.ToArray());
        var lastLine = line + _reader.RawRecord.Count((byte)'\n');
        var problem = _malformed;
        if (problem is null && cells.Length != Columns.Length)
        {
            problem = $"The row has {cells.Length} cells, but there are {Columns.Length} columns.";
        }

        if (problem is null && cells.Any(cell => cell.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            problem = "The row is not valid UTF-8; the mapping can set `encoding: latin-1`.";
        }

        return new FileRow(line, lastLine, problem is null ? cells : [], problem);
    }

    private static string Explain(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "A cell without quotes holds a quote; quote the cell and double the quote.",
        CsvMalformedReason.TextAfterClosingQuote => "Text follows a closing quote; double quotes inside of a cell.",
        CsvMalformedReason.UnterminatedQuote => "A quote is not closed before the end of the file.",
        _ => $"The row is malformed ({reason}).",
    };
}
