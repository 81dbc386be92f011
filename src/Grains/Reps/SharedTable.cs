using System.Diagnostics.CodeAnalysis;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>Entries that many rows share: each is written once, and has a number.</summary>
internal sealed class SharedTable
{
    private readonly Dictionary<byte[], int> _numbers = new(new SameBytes());
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private readonly PieceWriter _entries = new();

    public SharedTable() => _byBytes = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The entry's number, from 0.</summary>
    public int NumberOf(ReadOnlySpan<byte> entry)
    {
        if (!_byBytes.TryGetValue(entry, out var number))
        {
            _byBytes[entry] = number = _numbers.Count;
            _entries.Bytes(entry);
        }

        return number;
    }

    /// <summary>How many there are, and they themselves.</summary>
    public void WriteTo(PieceWriter all)
    {
        all.Number(_numbers.Count);
        all.Bytes(_entries.Written);
    }

    private sealed class SameBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
