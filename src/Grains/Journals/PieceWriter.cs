using System.Buffers;
using System.Text;

namespace Commission.Grains.Journals;

/// <summary>Writes the numbers and texts of a snapshot's piece, each in as few bytes as it needs.</summary>
internal sealed class PieceWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>All that was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Begins anew.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>A number of 0 or more.</summary>
    public void Number(long value)
    {
        var left = unchecked((ulong)value);
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; left >= 0x80; left >>= 7)
        {
            span[length++] = (byte)((left & 0x7f) | 0x80);
        }

        span[length++] = (byte)left;
        _bytes.Advance(length);
    }

    /// <summary>A number that may be negative.</summary>
    public void Signed(long value) => Number(unchecked((value << 1) ^ (value >> 63)));

    /// <summary>A decimal, with its scale.</summary>
    public void Decimal(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        Number(((bits[3] >> 16) & 0xff) << 1 | (bits[3] < 0 ? 1 : 0));
        Number(unchecked((long)(((ulong)(uint)bits[1] << 32) | (uint)bits[0])));
        Number((uint)bits[2]);
    }

    /// <summary>A text, in UTF-8.</summary>
    public void Text(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        Bytes(value);
    }

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> value) => _bytes.Write(value);
}

/// <summary>Reads what a <see cref="PieceWriter"/> wrote.</summary>
internal ref struct PieceReader(ReadOnlySpan<byte> left)
{
    private ReadOnlySpan<byte> _left = left;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>A number of 0 or more.</summary>
    public long Number()
    {
        if (_left[0] < 0x80)
        {
            long small = _left[0];
            _left = _left[1..];
            return small;
        }

        var (value, length) = (0UL, 0);
        for (var shift = 0; ; shift += 7)
        {
            var next = _left[length++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                _left = _left[length..];
                return unchecked((long)value);
            }
        }
    }

    /// <summary>A number that may be negative.</summary>
    public long Signed()
    {
        var value = unchecked((ulong)Number());
        return unchecked((long)(value >> 1) ^ -(long)(value & 1));
    }

    /// <summary>A number that counts or points, and fits an integer.</summary>
    public int Count() => (int)Number();

    /// <summary>A decimal, with its scale.</summary>
    public decimal Decimal()
    {
        var shape = Count();
        var low = unchecked((ulong)Number());
        var high = (uint)Number();
        return new decimal(
            unchecked((int)low),
            unchecked((int)(low >> 32)),
            unchecked((int)high),
            (shape & 1) != 0,
            (byte)(shape >> 1));
    }

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes(Count()));

    /// <summary>Bytes as they are.</summary>
    public ReadOnlySpan<byte> Bytes(int length)
    {
        var bytes = _left[..length];
        _left = _left[length..];
        return bytes;
    }
}
