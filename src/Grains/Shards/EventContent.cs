using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Commission.Contracts.V1;

namespace Commission.Grains.Shards;

/// <summary>
/// The hash by which two events are told to be the same: over a canonical form of our own, so that it depends on no
/// serializer and on no order of a map's entries.
/// </summary>
internal static class EventContent
{
    /// <summary>32 bytes that are equal exactly when two events say the same.</summary>
    public static byte[] Hash(RecordRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var deal = request.Deal;
        Add(hash, request.Version);
        Add(hash, deal.Deal_);
        Add(hash, deal.Credited);
        Add(hash, (long)deal.Status);
        Add(hash, deal.Amount);
        Add(hash, deal.Margin);
        Add(hash, deal.Quantity);
        Add(hash, deal.Probability);
        Add(hash, deal.Owners.Count);
        foreach (var owner in deal.Owners)
        {
            Add(hash, owner.Rep);
            Add(hash, owner.Share);
        }

        Add(hash, deal.Fields.Count);
        foreach (var (name, value) in deal.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            Add(hash, name);
            Add(hash, value);
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, Money? money)
    {
        Add(hash, money is null ? 0 : 1);
        if (money is not null)
        {
            Add(hash, money.Currency);
            Add(hash, money.Units);
            Add(hash, money.Nanos);
        }
    }

    private static void Add(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string text)
    {
        Add(hash, text.Length);
        Span<byte> bytes = text.Length <= 256
            ? stackalloc byte[768]
            : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        hash.AppendData(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
