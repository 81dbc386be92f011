using Commission.Storage;

namespace Commission.Grains.Tests.Harness;

/// <summary>The four parts of one store.</summary>
internal sealed record Stores(IDealLog Log, ILedger Ledger, ICatalog Catalog, IGrainStateStore States)
{
    public static Stores Of<TStore>(TStore store)
        where TStore : IDealLog, ILedger, ICatalog, IGrainStateStore => new(store, store, store, store);
}
