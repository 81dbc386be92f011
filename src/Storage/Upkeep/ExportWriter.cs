using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Commission.Storage.Upkeep;

/// <summary>Writes an export.</summary>
internal sealed class ExportWriter : IRecordSink, IDisposable
{
    private readonly Stream _output;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private ExportEnd _end = new(0, 0, 0, 0, "");

    /// <summary>Begins it.</summary>
    public ExportWriter(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(
            _buffer, new JsonWriterOptions { Encoder = ExportLine.Encoder, SkipValidation = true });
        Write(new ExportLine { Header = ExportHeader.Current });
    }

    public void Add(StoredEvent record)
    {
        Write(new ExportLine { Event = record });
        _end = _end with { Events = _end.Events + 1 };
    }

    public void Add(StoredEntry record)
    {
        Write(new ExportLine { Entry = record });
        _end = _end with { Entries = _end.Entries + 1 };
    }

    public void Add(StoredState record)
    {
        Write(new ExportLine { State = record });
        _end = _end with { States = _end.States + 1 };
    }

    public void Add(StoredDocument record)
    {
        Write(new ExportLine { Document = record });
        _end = _end with { Documents = _end.Documents + 1 };
    }

    /// <summary>Ends it.</summary>
    public ExportEnd Complete()
    {
        _end = _end with { Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset()) };
        Write(new ExportLine { End = _end });
        return _end;
    }

    public void Dispose()
    {
        _json.Dispose();
        _hash.Dispose();
    }

    private void Write(ExportLine line)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        JsonSerializer.Serialize(_json, line, ExportLine.Json);
        var beginning = _buffer.WrittenSpan[..^1]; // without its closing brace
        Append(beginning);
        Append(ExportChecksum.EndOf(beginning));
        Append("\n"u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _hash.AppendData(bytes);
    }
}
