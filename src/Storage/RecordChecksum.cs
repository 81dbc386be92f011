using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Commission.Storage;

/// <summary>
/// CRC-32C over a record's key and payload. Each part goes in with its length: none can borrow from the next.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct RecordChecksum
{
    private uint _crc;

    private RecordChecksum(uint crc) => _crc = crc;

    public static RecordChecksum Start() => new(uint.MaxValue);

    /// <summary>The checksum as databases store it most compactly: a signed 32-bit integer.</summary>
    public readonly int Value => unchecked((int)~_crc);

    public void Add(long value) => _crc = BitOperations.Crc32C(_crc, unchecked((ulong)value));

    public void Add(string value)
    {
        // A damaged key may be of any length.
        Span<byte> utf8 = value.Length <= StorageLimits.KeyBytesMax / 3
            ? stackalloc byte[StorageLimits.KeyBytesMax]
            : new byte[Encoding.UTF8.GetMaxByteCount(value.Length)];
        Add(utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        AddPlain(bytes);
    }

    /// <summary>The bytes alone: what other programs call the CRC-32C of them.</summary>
    public void AddPlain(ReadOnlySpan<byte> bytes)
    {
        var crc = _crc;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        _crc = crc;
    }
}
