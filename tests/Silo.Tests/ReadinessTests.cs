using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Embedded;
using Commission.Gateway.Grpc.Health;
using Commission.Grains;
using Commission.Silo.Hosting;
using Commission.Silo.Tests.Hosts;
using Commission.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using EmbeddedGrainRuntime = Commission.Embedded.Hosting.EmbeddedGrainRuntime;

namespace Commission.Silo.Tests;

/// <summary>When a silo says that it takes calls.</summary>
public sealed class ReadinessTests
{
    private readonly FakeStore _store = new();
    private readonly FakeShards _shards = new();
    private readonly HealthState _health = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    private ReadinessMonitor Monitor => new(
        _store,
        _shards,
        new GrainSettings { Shards = 3 },
        _health,
        TimeProvider.System,
        _lifetime,
        NullLogger<ReadinessMonitor>.Instance);

    [Fact]
    public async Task Silo_BeforeItsShardsAnswer_TakesNoCalls()
    {
        using var monitor = Monitor;
        _shards.Failure = new StoreUnavailableException("Reading failed.", null, nothingWritten: true, true);

        await monitor.CheckAsync(CancellationToken.None);
        Assert.Equal("The store is out of reach.", _health.Reason);

        _shards.Failure = null;
        await monitor.CheckAsync(CancellationToken.None);
        Assert.True(_health.IsServing);
        Assert.Equal(["0", "1", "2"], _shards.Asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Silo_WhileItsStoreIsOutOfReach_TakesNoCalls()
    {
        using var monitor = Monitor;
        await monitor.CheckAsync(CancellationToken.None);
        Assert.True(_health.IsServing);

        _store.Failure = new StoreUnavailableException("Reading failed.", null, nothingWritten: true, true);
        await monitor.CheckAsync(CancellationToken.None);
        Assert.Equal("The store is out of reach.", _health.Reason);

        _store.Failure = null;
        await monitor.CheckAsync(CancellationToken.None);
        Assert.True(_health.IsServing);
    }

    [Fact]
    public async Task Silo_WithAFaultThatNobodyExpects_TakesNoCallsAndGoesOn()
    {
        using var monitor = Monitor;
        _shards.Failure = new InvalidOperationException("a bug");

        await monitor.CheckAsync(CancellationToken.None);

        Assert.Equal("The silo is at fault; its log says more.", _health.Reason);
    }

    [Fact]
    public async Task Silo_ThatIsStopping_TakesNoCallsAnyMore()
    {
        using var monitor = Monitor;
        await monitor.StartAsync(CancellationToken.None);
        await ServingAsync();

        _lifetime.StopApplication();
        await monitor.CheckAsync(CancellationToken.None);

        Assert.Equal("The silo is stopping.", _health.Reason);
        await monitor.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Silo_WhenItStops_EndsAskingBeforeItsGrainsEnd()
    {
        using var scratch = new Scratch();
        await using var app = await SiloHost.BuildAsync(["--Commission:Store:Folder", scratch.Store]);

        // Services stop in the reverse order of this list.
        var services = app.Services.GetServices<IHostedService>().ToList();

        var grains = services.FindIndex(service => service is EmbeddedGrainRuntime);
        Assert.InRange(grains, 0, services.Count - 1);
        Assert.All(
            services.Where(service => service.GetType().Namespace == typeof(ReadinessMonitor).Namespace),
            service => Assert.True(services.IndexOf(service) > grains, service.GetType().Name));
        Assert.Contains(services, service => service is ReadinessMonitor);
    }

    private async Task ServingAsync()
    {
        for (var (isServing, changed) = _health.Read(); !isServing; (isServing, changed) = _health.Read())
        {
            await changed;
        }
    }

    private sealed class FakeStore : IGrainStateStore
    {
        public Exception? Failure { get; set; }

        public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct) =>
            Failure is { } failure
                ? Task.FromException<GrainStateRecord?>(failure)
                : Task.FromResult<GrainStateRecord?>(new("1", "3"u8.ToArray()));

        public Task<StateWriteResult> WriteStateAsync(
            string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct) =>
            throw new NotSupportedException();
    }

    /// <summary>Grains of which only shards may be asked whether they are there.</summary>
    private sealed class FakeShards : IGrainFactory, IShardGrain
    {
        public Exception? Failure { get; set; }

        public HashSet<string> Asked { get; } = new(StringComparer.Ordinal);

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey
        {
            Asked.Add(primaryKey);
            return this is TGrainInterface shard ? shard : default!;
        }

        public Task<bool> WaitApplied(long number, CancellationToken cancellation) =>
            Failure is { } failure ? Task.FromException<bool>(failure) : Task.FromResult(true);

        public Task<Answer<Recorded>> Record(string tenant, RecordRequest request) => throw new NotSupportedException();

        public Task Recredit(string tenant, long rulesVersion) => throw new NotSupportedException();

        public Task<ShardRealignment> GetRealignment(string tenant) => throw new NotSupportedException();
    }
}
