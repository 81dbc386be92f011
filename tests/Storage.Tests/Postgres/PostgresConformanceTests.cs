using Commission.Storage.Tests.Conformance;

namespace Commission.Storage.Tests.Postgres;

public sealed class PostgresDealLogTests() : DealLogConformanceTests(new PostgresStoreFactory());

public sealed class PostgresLedgerTests() : LedgerConformanceTests(new PostgresStoreFactory());

public sealed class PostgresGrainStateTests() : GrainStateConformanceTests(new PostgresStoreFactory());

public sealed class PostgresCatalogTests() : CatalogConformanceTests(new PostgresStoreFactory());

public sealed class TwoProcessesDealLogTests() : DealLogConformanceTests(new TwoProcessesFactory());

public sealed class TwoProcessesLedgerTests() : LedgerConformanceTests(new TwoProcessesFactory());

public sealed class TwoProcessesGrainStateTests() : GrainStateConformanceTests(new TwoProcessesFactory());

public sealed class TwoProcessesCatalogTests() : CatalogConformanceTests(new TwoProcessesFactory());

/// <summary>Its bounds are small enough for the concurrent tests to meet them.</summary>
internal class PostgresStoreFactory : StoreFactory
{
    private TemporaryDatabase? _database;

    public override async Task<TestStore> OpenAsync(TimeProvider time) => TestStore.Of(await OpenOneAsync(time));

    public override async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected async Task<PostgresStore> OpenOneAsync(TimeProvider time)
    {
        _database ??= await TemporaryDatabase.BorrowAsync();
        return await _database.OpenAsync(o => o with { TimeProvider = time, MaxQueuedItems = 8, MaxReaders = 3 });
    }
}

/// <summary>The same suites on two stores that share a database.</summary>
internal sealed class TwoProcessesFactory : PostgresStoreFactory
{
    public override async Task<TestStore> OpenAsync(TimeProvider time) =>
        TestStore.Of(new AlternatingStore(await OpenOneAsync(time), await OpenOneAsync(time)));
}
