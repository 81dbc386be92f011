using Commission.Contracts.Grains.V1;
using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>
/// What was read of a payee's or territory's account, backwards from its end: which revision it has of which event.
/// Not safe for concurrent use.
/// </summary>
/// <param name="account">The account's name.</param>
internal sealed class AccountTail(string account)
{
    private const int FirstCount = 256;
    private const int MostCount = 4096;

    // An event and the credits that follow from it may be recorded by two clocks.
    private const long ClocksDifferMs = 300_000;
    private readonly Dictionary<long, long> _revisions = [];
    private long _before;
    private long _end;
    private long _earliestMs = long.MaxValue;
    private int _count = FirstCount;

    /// <summary>The account's name.</summary>
    public string Account => account;

    /// <summary>Sequence of the last record that was read, or may be read back from; 0 before the first read.</summary>
    public long End => _end;

    /// <summary>Whether the account has the revision of an event, or a later one, as far as it was read.</summary>
    public bool Has(int shard, long number, long revision) =>
        _revisions.TryGetValue(KeyOf(shard, number), out var held) && held >= revision;

    /// <summary>Reads what was appended since it was read last; nothing before the first time.</summary>
    /// <param name="ledger">Where the account is.</param>
    /// <param name="end">Sequence of the account's last record, read a moment ago.</param>
    /// <param name="cancellation">Abandons it.</param>
    public async Task ReadOnAsync(ILedger ledger, long end, CancellationToken cancellation)
    {
        if (_end == 0)
        {
            (_before, _end) = (end, end);
        }

        while (_end < end)
        {
            var page = await ledger.ReadAsync(
                account, _end, (int)Math.Min(MostCount, end - _end), cancellation);
            Take(page);
            _end += page.Count;
        }
    }

    /// <summary>Reads some records before the earliest that was read; false where there are none that may be of an
    /// event that was logged at a moment, or later.</summary>
    public async Task<bool> ReadBackAsync(ILedger ledger, long sinceMs, CancellationToken cancellation)
    {
        if (_before == 0 || _earliestMs < sinceMs - ClocksDifferMs)
        {
            return false;
        }

        var count = (int)Math.Min(_count, _before);
        var page = await ledger.ReadAsync(account, _before - count, count, cancellation);
        Invariant.Holds(page.Count == count, $"{account} has {page.Count} of the {count} records up to {_before}");
        (_before, _count) = (_before - count, Math.Min(MostCount, _count * 4));
        _earliestMs = Take(page);
        return true;
    }

    private static long KeyOf(int shard, long number) => (number << 20) | (uint)shard;

    /// <summary>Returns when the first of them was recorded.</summary>
    private long Take(IReadOnlyList<LedgerRecord> page)
    {
        var firstMs = long.MaxValue;
        foreach (var record in page)
        {
            var recordedMs = Take(record.Payload.Span);
            firstMs = firstMs == long.MaxValue ? recordedMs : firstMs;
        }

        return firstMs;
    }

    /// <summary>A <see cref="CreditRecord"/> or a <see cref="TerritoryRecord"/>, which begin alike.</summary>
    private long Take(ReadOnlySpan<byte> payload)
    {
        var (revision, key, recordedMs) = (0L, 0L, 0L);
        var record = new WireFields(payload);
        while (record.Next())
        {
            switch (record.Number)
            {
                case CreditRecord.RevisionFieldNumber:
                    revision = record.Scalar;
                    break;
                case CreditRecord.PositionFieldNumber:
                    var (shard, number) = LoggedHead.PositionOf(record.Content);
                    key = KeyOf(shard, number);
                    break;
                case CreditRecord.RecordedMsFieldNumber or TerritoryRecord.RecordedMsFieldNumber when record.IsVarint:
                    recordedMs = record.Scalar;
                    break;
                default:
                    break;
            }
        }

        Invariant.Holds(record.IsAtEnd, $"a record of an account has {payload.Length} bytes that can't be read");
        if (key != 0 && revision > _revisions.GetValueOrDefault(key))
        {
            _revisions[key] = revision;
        }

        return recordedMs;
    }
}
