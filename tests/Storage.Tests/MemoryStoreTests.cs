using Commission.Storage.Tests.Conformance;

namespace Commission.Storage.Tests;

public sealed class MemoryDealLogTests() : DealLogConformanceTests(new MemoryStoreFactory());

public sealed class MemoryLedgerTests() : LedgerConformanceTests(new MemoryStoreFactory());

public sealed class MemoryGrainStateTests() : GrainStateConformanceTests(new MemoryStoreFactory());

public sealed class MemoryCatalogTests() : CatalogConformanceTests(new MemoryStoreFactory());

internal sealed class MemoryStoreFactory : StoreFactory
{
    public override Task<TestStore> OpenAsync(TimeProvider time) =>
        Task.FromResult(TestStore.Of(new MemoryStore(time)));
}
