using Commission.Storage.Tests.Conformance;

namespace Commission.Simulation.Tests.Disk;

public sealed class SimulatedDealLogTests() : DealLogConformanceTests(new SimulatedStoreFactory());

public sealed class SimulatedLedgerTests() : LedgerConformanceTests(new SimulatedStoreFactory());

public sealed class SimulatedGrainStateTests() : GrainStateConformanceTests(new SimulatedStoreFactory());

public sealed class SimulatedCatalogTests() : CatalogConformanceTests(new SimulatedStoreFactory());

/// <summary>Without faults the simulated store does what every store must.</summary>
internal sealed class SimulatedStoreFactory : StoreFactory
{
    public override Task<TestStore> OpenAsync(TimeProvider time) =>
        Task.FromResult(TestStore.Of(new SimulatedStore(new SimulatedDisk(time, seed: 1, new DiskFaults()))));
}
