using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>
/// Reads for a shard, which goes on where records are damaged: whose account is, is credited, meets the damage and
/// says so.
/// </summary>
internal static class SoundReads
{
    /// <summary>The last record of each account; null where there is none, or none that can be read.</summary>
    public static async Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(
        ILedger ledger, IReadOnlyList<string> accounts, CancellationToken cancellation)
    {
        try
        {
            return await ledger.ReadLastAsync(accounts, cancellation);
        }
        catch (CorruptRecordException) when (accounts.Count > 1)
        {
            var lasts = new List<LedgerRecord?>(accounts.Count);
            foreach (var account in accounts)
            {
                lasts.AddRange(await ReadLastAsync(ledger, [account], cancellation));
            }

            return lasts;
        }
        catch (CorruptRecordException)
        {
            return [null];
        }
    }
}
