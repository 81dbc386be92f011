using Commission.Contracts.Grains.V1;
using Commission.Grains.Journals;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Grains.Shards;

/// <summary>What events bring along of their deals' journals: most deals would only find that they have none.</summary>
internal static class JournalEnds
{
    /// <summary>
    /// Where each account ends. Empty where that can't be read: each deal reads its own then, and whoever fails says
    /// so.
    /// </summary>
    public static async Task<IReadOnlyList<JournalEnd>> ReadAsync(ILedger ledger, IReadOnlyList<string> accounts)
    {
        try
        {
            var lasts = await SoundReads.ReadLastAsync(ledger, accounts, CancellationToken.None);
            return [.. lasts.Select(ToEnd)];
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return [];
        }
    }

    private static JournalEnd ToEnd(LedgerRecord? last) => last is null ? new JournalEnd() : new JournalEnd
    {
        Sequence = last.Sequence, Record = UnsafeByteOperations.UnsafeWrap(last.Payload),
    };
}
