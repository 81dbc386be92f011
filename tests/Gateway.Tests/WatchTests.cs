using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Embedded;
using Commission.Embedded.Hosting;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Gateway.Tests;

/// <summary>Earnings.WatchEstimate without a protocol.</summary>
public sealed class WatchTests : IAsyncDisposable
{
    private readonly OneRep _rep = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _rep.DisposeAsync();

    [Fact]
    public async Task WatchEstimate_OnAnotherDay_SendsTheEstimateOfThatDay()
    {
        _rep.Estimate = At(7, "2026-01-31");
        await using var updates = Open(new WatchEstimateRequest { Rep = "kary" });
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(new EstimateUpdate { Sequence = 7, Estimate = _rep.Estimate }, updates.Current);

        _rep.Estimate = At(7, "2026-02-01");
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(new EstimateUpdate { Sequence = 7, Estimate = _rep.Estimate }, updates.Current);

        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(new EstimateUpdate { Sequence = 7 }, updates.Current);
    }

    [Fact]
    public async Task WatchEstimate_ReaderThatComesLate_GetsTheLastStateWithWhatItTakesTogether()
    {
        _rep.Estimate = At(7, "2026-01-31");
        await using var updates = Open(new WatchEstimateRequest { Rep = "kary", Since = 6 });
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal((7, 0), (updates.Current.Sequence, updates.Current.Conflated));

        _rep.Estimate = At(12, "2026-01-31");
        Assert.True(await updates.MoveNextAsync());

        Assert.Equal(new EstimateUpdate { Sequence = 12, Conflated = 4, Estimate = _rep.Estimate }, updates.Current);
    }

    private IAsyncEnumerator<EstimateUpdate> Open(WatchEstimateRequest request)
    {
        // Heartbeats look at the state again, so that the tests need not wait for a day to pass.
        var settings = new GatewaySettings { Shards = 1, Heartbeat = TimeSpan.FromMilliseconds(1) };
        var table = CommissionMethods.Create(_rep, settings, TimeProvider.System);
        var method = table.Methods.OfType<ServerStreamMethod<WatchEstimateRequest, EstimateUpdate>>().Single();
        return method.Handler(request, new LocalContext(method, cancellationToken: Ct)).GetAsyncEnumerator(Ct);
    }

    private static Estimate At(long sequence, string on) =>
        new() { Rep = "kary", On = on, AsOf = new AsOf { Sequence = sequence } };

    /// <summary>The only payee, which has the estimate that it is told.</summary>
    private sealed class OneRep : IClusterClient, IRepGrain, IAsyncDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection()
            .AddEmbeddedGrains(options => options.AddMemoryStreams(StreamNames.Provider)).BuildServiceProvider();

        public Estimate Estimate { get; set; } = new();

        public IServiceProvider ServiceProvider => _services;

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey => (TGrainInterface)(object)this;

        public ValueTask<Answer<Estimate>> GetEstimate(string? on) => new(Estimate);

        public Task Credit(CreditRecord credit) => throw new NotSupportedException();

        public ValueTask<Answer<Preview>> Preview(Deal deal) => throw new NotSupportedException();

        public Task<Answer<PutRepReply>> Put(Rep rep) => throw new NotSupportedException();

        public ValueTask<Answer<Rep>> Get() => throw new NotSupportedException();

        public Task<Answer<AssignReply>> Assign(AssignRequest request) => throw new NotSupportedException();

        public ValueTask<Answer<TeamMember>> GetPace(string? on) => throw new NotSupportedException();

        public ValueTask<Answer<Measured>> Measure(MeasureRequest request) => throw new NotSupportedException();

        public Task PlanPublished(string plan, long sequence, long document) => throw new NotSupportedException();

        public Task RatesChanged(long sequence) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
