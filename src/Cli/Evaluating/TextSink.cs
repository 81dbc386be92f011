using System.Buffers;
using System.Text;

namespace Commission.Cli.Evaluating;

/// <summary>Hands UTF-8 on to a writer of text in pieces, so that output of any length needs little memory.</summary>
internal sealed class TextSink(TextWriter text) : IBufferWriter<byte>
{
    private const int PieceBytes = 64 * 1024;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] _chars = new char[Encoding.UTF8.GetMaxCharCount(PieceBytes)];
    private byte[] _bytes = new byte[2 * PieceBytes];
    private int _count;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        _count += count;
        if (_count >= PieceBytes)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var size = _count + Math.Max(sizeHint, 1);
        if (size > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(size, 2 * _bytes.Length));
        }

        return _bytes.AsMemory(_count);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Hands on what has been written so far.</summary>
    public void Flush()
    {
        for (var start = 0; start < _count; start += PieceBytes)
        {
            var piece = _bytes.AsSpan(start, Math.Min(PieceBytes, _count - start));
            text.Write(_chars.AsSpan(0, _decoder.GetChars(piece, _chars, flush: false)));
        }

        _count = 0;
    }
}
