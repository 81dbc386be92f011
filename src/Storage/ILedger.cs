namespace Commission.Storage;

/// <summary>
/// Append-only journals, one per account ("rep/…", "territory/…", "deal/…"), each numbered from 1 without gaps.
/// An account comes into being with its first record.
/// </summary>
/// <remarks>Errors are those of <see cref="IDealLog"/>.</remarks>
public interface ILedger
{
    /// <summary>
    /// Appends <paramref name="payloads"/> after <paramref name="expectedSequence"/>: all of them, or none.
    /// They are durable once the task completes.
    /// </summary>
    /// <param name="account">The account's name.</param>
    /// <param name="expectedSequence">The sequence of the account's last record; 0 for none.</param>
    /// <param name="payloads">The records; may be empty.</param>
    /// <param name="ct">Abandons the call while it waits for its turn, not later.</param>
    Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct);

    /// <summary>
    /// Up to <paramref name="maxCount"/> records with sequences above <paramref name="afterSequence"/>, ascending.
    /// Fewer than asked for means that the end was reached.
    /// </summary>
    /// <exception cref="CorruptRecordException">A record does not match its checksum, or one is missing.</exception>
    Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct);

    /// <summary>The account's last record; null when it has none.</summary>
    /// <exception cref="CorruptRecordException">The record does not match its checksum.</exception>
    Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct);

    /// <summary>The last records of many accounts, in the order in which they are asked for; null for one without any.
    /// </summary>
    /// <param name="accounts">Their names; may be empty, and one may come twice.</param>
    /// <param name="ct">Abandons the call.</param>
    /// <remarks>A store does better than this, which asks for one after the other.</remarks>
    /// <exception cref="CorruptRecordException">A record does not match its checksum.</exception>
    async Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(IReadOnlyList<string> accounts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var records = new List<LedgerRecord?>(accounts.Count);
        foreach (var account in accounts)
        {
            records.Add(await ReadLastAsync(account, ct));
        }

        return records;
    }
}

/// <summary>One record of an account, its checksum verified.</summary>
public sealed record LedgerRecord(string Account, long Sequence, ReadOnlyMemory<byte> Payload);

/// <summary>What became of an append to an account.</summary>
public abstract record LedgerAppendResult
{
    private LedgerAppendResult()
    {
    }

    /// <summary>The records were appended.</summary>
    /// <param name="Sequence">The sequence of the account's last record now.</param>
    public sealed record Appended(long Sequence) : LedgerAppendResult;

    /// <summary>Another writer appended meanwhile; nothing of this call was written.</summary>
    /// <param name="ActualSequence">The sequence of the account's last record.</param>
    public sealed record Fenced(long ActualSequence) : LedgerAppendResult;
}
