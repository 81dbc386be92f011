using System.Security.Cryptography;
using System.Text.Json;

namespace Commission.Storage.Upkeep;

/// <summary>Reads an export, and refuses one that is not whole.</summary>
/// <param name="input">The file.</param>
/// <param name="name">Its name, for messages.</param>
internal sealed class ExportReader(Stream input, string name) : IDisposable
{
    /// <summary>The largest payload in base64, the longest keys with every byte escaped, and room.</summary>
    private const int LineBytesMax = (StorageLimits.PayloadBytesMax / 3 * 4) + (64 << 10);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _length;
    private int _end;

    /// <summary>The line that was read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Hands every record over.</summary>
    /// <returns>The file's last line, which agrees with what came before it.</returns>
    /// <exception cref="ExportFileException">The file is damaged, cut short, or none of ours.</exception>
    public ExportEnd Read(IRecordSink sink, CancellationToken ct)
    {
        ReadHeader();
        var counts = new ExportEnd(0, 0, 0, 0, "");
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var line = Next();
            if (line.End is { } end)
            {
                CheckEnd(end, counts);
                return end;
            }

            Hash();
            counts = Add(line, counts, sink);
        }
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>The refusal of the line that was read last.</summary>
    public ExportFileException Wrong(string what, Exception? inner = null) => new(name, Line, what, inner);

    private void ReadHeader()
    {
        var header = Next().Header;
        if (header?.Format != ExportHeader.Current.Format)
        {
            throw Wrong("this is no export of a store");
        }

        if (header.Version != ExportHeader.Current.Version)
        {
            throw Wrong(FormattableString.Invariant(
                $"the export is of version {header.Version}, and this software knows {ExportHeader.Current.Version}"));
        }

        Hash();
    }

    private ExportEnd Add(ExportLine line, ExportEnd counts, IRecordSink sink)
    {
        switch (line)
        {
            case { Event: { } record }:
                sink.Add(Checked(record));
                return counts with { Events = counts.Events + 1 };
            case { Entry: { } record }:
                sink.Add(Checked(record));
                return counts with { Entries = counts.Entries + 1 };
            case { State: { } record }:
                sink.Add(Checked(record));
                return counts with { States = counts.States + 1 };
            case { Document: { } record }:
                sink.Add(Checked(record));
                return counts with { Documents = counts.Documents + 1 };
            default:
                throw Wrong("the line is none of event, entry, state, document and end");
        }
    }

    private void CheckEnd(ExportEnd end, ExportEnd counts)
    {
        var found = counts with { Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset()) };
        if (end != found)
        {
            throw Wrong($"the lines before are not those that were written: expected {end}, found {found}");
        }

        if (_start + _length < _end || Fill() > 0)
        {
            throw Wrong("something follows the last line");
        }
    }

    private T Checked<T>(T record)
    {
        try
        {
            ExportLimits.Check(record);
            return record;
        }
        catch (ArgumentException e)
        {
            throw Wrong($"a store cannot hold this: {e.Message}", e);
        }
    }

    /// <summary>Parses the next line, which stays in the buffer until the one after it.</summary>
    private ExportLine Next()
    {
        _start += _length;
        Line++;
        _length = ReadLine() + 1;
        var line = _buffer.AsSpan(_start, _length - 1);
        if (!ExportChecksum.IsRight(line))
        {
            throw Wrong(Line == 1
                ? "this is no export of a store, or damaged"
                : "the line does not match its checksum");
        }

        return Parse([.. line[..^ExportChecksum.Length], (byte)'}']);
    }

    private ExportLine Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ExportLine.Json) ?? throw Wrong("the line is null");
        }
        catch (JsonException e)
        {
            throw Wrong($"the line cannot be read: {e.Message}", e);
        }
    }

    private void Hash() => _hash.AppendData(_buffer.AsSpan(_start, _length));

    /// <summary>Has the next line in the buffer.</summary>
    /// <returns>Its length without the line feed.</returns>
    private int ReadLine()
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                return searched + at;
            }

            searched = _end - _start;
            if (searched > LineBytesMax)
            {
                throw Wrong("the line is longer than any can be");
            }

            if (Fill() == 0)
            {
                throw Wrong("the file ends before its last line: it was cut short");
            }
        }
    }

    private int Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read;
    }
}
