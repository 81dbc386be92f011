using System.Buffers.Binary;
using System.Text;
using Commission.Storage;

namespace Commission.Grains.Journals;

/// <summary>
/// One piece of an account's snapshot: a run of its records in a form that is read faster. Its bytes follow from the
/// records alone, so that it does not matter who writes it, nor how often.
/// </summary>
/// <param name="Last">Sequence of the last record in it.</param>
/// <param name="LastChecksum">Of that record's payload: tells whether the account is still the one that it was made
/// of.</param>
/// <param name="Body">The records.</param>
internal readonly record struct SnapshotPiece(long Last, uint LastChecksum, ReadOnlyMemory<byte> Body)
{
    private const int HeaderBytes = 28;
    private const int ChecksumBytes = 4;

    /// <summary>The piece as it is stored.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="version">Of the body's format.</param>
    /// <param name="after">Sequence of the record before the first in it.</param>
    /// <param name="payloads">The records; at least one.</param>
    /// <param name="body">The same in the body's format.</param>
    public static byte[] Seal(
        string account, int version, long after, IReadOnlyList<ReadOnlyMemory<byte>> payloads, ReadOnlySpan<byte> body)
    {
        var sealedPiece = new byte[HeaderBytes + body.Length + ChecksumBytes];
        var header = sealedPiece.AsSpan(0, HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header, version);
        BinaryPrimitives.WriteInt64LittleEndian(header[4..], after);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], after + payloads.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], ChecksumOf(payloads[^1].Span));
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], body.Length);
        body.CopyTo(sealedPiece.AsSpan(HeaderBytes));
        var content = sealedPiece.AsSpan(0, HeaderBytes + body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(sealedPiece.AsSpan(content.Length), ChecksumOf(account, content));
        return sealedPiece;
    }

    /// <summary>Opens what was stored; a reason why not, in words, otherwise.</summary>
    /// <param name="stored">What was read.</param>
    /// <param name="account">Whose it must be.</param>
    /// <param name="version">What its body's format must be.</param>
    /// <param name="after">Where the pieces before it end.</param>
    /// <param name="end">Where the account ends.</param>
    /// <param name="piece">The piece.</param>
    public static string? TryOpen(
        ReadOnlyMemory<byte> stored, string account, int version, long after, long end, out SnapshotPiece piece)
    {
        piece = default;
        if (stored.Length < HeaderBytes + ChecksumBytes)
        {
            return "it is torn";
        }

        var header = stored.Span[..HeaderBytes];
        var content = stored.Span[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(stored.Span[^ChecksumBytes..]) != ChecksumOf(account, content)
            || BinaryPrimitives.ReadInt32LittleEndian(header[24..]) != content.Length - HeaderBytes)
        {
            return "it does not match its checksum";
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(header) != version)
        {
            return "it is of another format";
        }

        piece = new SnapshotPiece(
            BinaryPrimitives.ReadInt64LittleEndian(header[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
            stored[HeaderBytes..^ChecksumBytes]);
        return BinaryPrimitives.ReadInt64LittleEndian(header[4..]) != after ? "it does not follow the one before"
            : piece.Last > end ? "it is newer than the account"
            : null;
    }

    /// <summary>CRC-32C.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> bytes) => PlainChecksum.Of(bytes);

    private static uint ChecksumOf(string account, ReadOnlySpan<byte> content) =>
        PlainChecksum.Of(Encoding.UTF8.GetBytes(account), content);
}
