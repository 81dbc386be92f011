using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Commission.Contracts.V1;

namespace Commission.Grains.Shards;

/// <summary>
/// Values one after the other, each of a known length or behind it, so that no two lists of them are the same bytes.
/// </summary>
/// <param name="usual">Enough for most; more is rented.</param>
internal ref struct CanonicalForm(Span<byte> usual)
{
    private Span<byte> _bytes = usual;
    private byte[]? _rented;
    private int _length;

    /// <summary>All that was added.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes[.._length];

    /// <summary>A number.</summary>
    public void Add(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);
        _length += sizeof(long);
    }

    /// <summary>A text, behind the number of its characters.</summary>
    public void Add(string text)
    {
        Add(text.Length);
        _length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
    }

    /// <summary>An amount, or that there is none.</summary>
    public void Add(Money? money)
    {
        Add(money is null ? 0 : 1);
        if (money is not null)
        {
            Add(money.Currency);
            Add(money.Units);
            Add(money.Nanos);
        }
    }

    /// <summary>Gives back what was rented.</summary>
    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, _length + length));
            Written.CopyTo(larger);
            Dispose();
            _rented = larger;
            _bytes = larger;
        }

        return _bytes[_length..];
    }
}
