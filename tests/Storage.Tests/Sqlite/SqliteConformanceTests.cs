using Commission.Storage.Tests.Conformance;

namespace Commission.Storage.Tests.Sqlite;

public sealed class SqliteDealLogTests() : DealLogConformanceTests(new SqliteStoreFactory());

public sealed class SqliteLedgerTests() : LedgerConformanceTests(new SqliteStoreFactory());

public sealed class SqliteGrainStateTests() : GrainStateConformanceTests(new SqliteStoreFactory());

public sealed class SqliteCatalogTests() : CatalogConformanceTests(new SqliteStoreFactory());

/// <summary>Its bounds are small enough for the concurrent tests to meet them.</summary>
internal sealed class SqliteStoreFactory : StoreFactory
{
    private readonly TemporaryStore _file = new();

    public override async Task<TestStore> OpenAsync(TimeProvider time) => TestStore.Of(await _file.OpenAsync(
        o => o with { TimeProvider = time, MaxQueuedItems = 8, MaxCachedHeads = 4, CheckpointPages = 64 }));

    public override async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        await base.DisposeAsync();
    }
}
