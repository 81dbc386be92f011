using System.Text;

namespace Commission.Storage;

/// <summary>What every store accepts. Beyond it calls throw <see cref="ArgumentException"/>.</summary>
public static class StorageLimits
{
    /// <summary>The highest shard; the lowest is 0.</summary>
    public const int ShardMax = (1 << 20) - 1;

    /// <summary>The longest key (tenant, event id, account, state name, document id …) in UTF-8 bytes.</summary>
    public const int KeyBytesMax = 512;

    /// <summary>The largest payload, state or document, in bytes.</summary>
    public const int PayloadBytesMax = 16 << 20;

    /// <summary>The length of a content hash in bytes.</summary>
    public const int ContentHashBytes = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Keys are 1 to 512 bytes of valid Unicode without U+0000, which not every store can hold.</summary>
    internal static void CheckKey(string value, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, parameter);
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A key cannot contain U+0000.", parameter);
        }

        if (StrictUtf8.GetByteCount(value) > KeyBytesMax)
        {
            throw new ArgumentException($"A key cannot be longer than {KeyBytesMax} bytes of UTF-8.", parameter);
        }
    }

    internal static void CheckKeys(params ReadOnlySpan<(string Value, string Parameter)> keys)
    {
        foreach (var (value, parameter) in keys)
        {
            CheckKey(value, parameter);
        }
    }

    internal static void CheckDrafts(string tenant, IReadOnlyList<CatalogDraft> drafts)
    {
        CheckKey(tenant, nameof(tenant));
        ArgumentNullException.ThrowIfNull(drafts);
        foreach (var draft in drafts)
        {
            CheckKeys((draft.Kind, nameof(drafts)), (draft.Id, nameof(drafts)));
            CheckPayload(draft.Document, nameof(drafts));
        }

        if (drafts.Sum(draft => (long)draft.Document.Length) > PayloadBytesMax)
        {
            throw new ArgumentException(
                $"Documents that are put together cannot be larger than {PayloadBytesMax} bytes.", nameof(drafts));
        }

        if (drafts.DistinctBy(draft => (draft.Kind, draft.Id)).Count() < drafts.Count)
        {
            throw new ArgumentException("A document is put twice.", nameof(drafts));
        }
    }

    internal static void CheckAccounts(IReadOnlyList<string> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        foreach (var account in accounts)
        {
            CheckKey(account, nameof(accounts));
        }
    }

    /// <summary>A key to begin behind; null and empty begin before all.</summary>
    internal static void CheckCursor(string? value, string parameter)
    {
        if (!string.IsNullOrEmpty(value))
        {
            CheckKey(value, parameter);
        }
    }

    internal static void CheckPayload(ReadOnlyMemory<byte> payload, string parameter)
    {
        if (payload.Length > PayloadBytesMax)
        {
            throw new ArgumentException(
                $"A payload of {payload.Length} bytes is over the limit of {PayloadBytesMax}.", parameter);
        }
    }

    internal static void CheckShard(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shard, ShardMax);
    }

    internal static void CheckPage(long after, int maxCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxCount);
    }

    internal static void CheckEntries(IReadOnlyList<LogEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var entry in entries)
        {
            CheckKey(entry.Tenant, nameof(LogEntry.Tenant));
            CheckKey(entry.EventId, nameof(LogEntry.EventId));
            CheckPayload(entry.Payload, nameof(LogEntry.Payload));
            ArgumentOutOfRangeException.ThrowIfNotEqual(entry.ContentHash.Length, ContentHashBytes, nameof(entries));
        }
    }

    internal static void CheckPayloads(IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        foreach (var payload in payloads)
        {
            CheckPayload(payload, nameof(payloads));
        }
    }

    internal static DateTimeOffset ToMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
