using System.Net;
using Commission.Client;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Embedded;
using Commission.Gateway.Grpc.Api;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Rpc;
using Google.Protobuf;
using Google.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Silo.Tests;

/// <summary>Queries after an event that is not credited in time.</summary>
public sealed class DeadlineTests
{
    private static readonly Position Stuck = new() { Shard = 1, Number = 1 };

    [Fact]
    public async Task Query_AfterAnEventThatIsNotCreditedInTime_IsDeadlineExceeded()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForRpc(any, any));
        await using var app = builder.Build();
        app.MapRpc(CommissionMethods.Create(new StuckShards(), new GatewaySettings(), TimeProvider.System));
        await app.StartAsync();
        using var channel = new RpcChannel(new Uri(app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));

        await ExceedsAsync<GetDealRequest, DealView>(channel, new() { Deal = "d", After = Stuck });
        await ExceedsAsync<GetDealRequest, DealView>(
            channel, new() { Deal = "d", AsOf = new Moment { Position = Stuck } });
        await ExceedsAsync<GetDealHistoryRequest, DealHistory>(channel, new() { Deal = "d", After = Stuck });
        await ExceedsAsync<GetEstimateRequest, Estimate>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<GetEstimateRequest, Estimate>(
            channel, new() { Rep = "kary", AsOf = new Moment { Position = Stuck } });
        await ExceedsAsync<ListCreditsRequest, ListCreditsReply>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<ExplainRequest, ExplainReply>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<PreviewDealRequest, Preview>(
            channel, new() { Rep = "kary", Deal = new Deal(), After = Stuck });
        await ExceedsAsync<BatchGetEstimatesRequest, BatchGetEstimatesReply>(
            channel, new() { Reps = { "kary" }, After = Stuck });
        await ExceedsAsync<PreviewDealsRequest, PreviewDealsReply>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<ForecastRequest, ForecastReply>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<SeekGoalRequest, SeekGoalReply>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<WatchEstimateRequest, EstimateUpdate>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<GetRepRequest, Rep>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<ListRepsRequest, ListRepsReply>(channel, new() { After = Stuck });
        await ExceedsAsync<TeamRequest, TeamReply>(channel, new() { Rep = "kary", After = Stuck });
        await ExceedsAsync<ListTerritoriesRequest, ListTerritoriesReply>(channel, new() { After = Stuck });
        await ExceedsAsync<TerritoryTreeRequest, TerritoryTreeReply>(channel, new() { After = Stuck });
        await ExceedsAsync<TerritoryMembersRequest, TerritoryMembersReply>(channel, new() { After = Stuck });
        await ExceedsAsync<GetTerritoryRequest, TerritoryView>(channel, new() { Territory = "n", After = Stuck });
        await ExceedsAsync<GetRealignmentRequest, Realignment>(channel, new() { After = Stuck });
        await ExceedsAsync<GetPlanRequest, PublishedPlan>(channel, new() { Plan = "p", After = Stuck });
        await ExceedsAsync<GetRolloutRequest, Rollout>(channel, new() { Plan = "p", After = Stuck });
        await ExceedsAsync<VerifyRequest, VerifyUpdate>(channel, new() { After = Stuck });
        await ExceedsAsync<ListPlanVersionsRequest, ListPlanVersionsReply>(
            channel, new() { Plan = "p", After = Stuck });
        await ExceedsAsync<DiffPlanRequest, DiffPlanReply>(channel, new() { Plan = "p", After = Stuck });
        await ExceedsAsync<SimulatePlanRequest, SimulatePlanUpdate>(channel, new() { After = Stuck });
        await app.StopAsync();
    }

    private static async Task ExceedsAsync<TReq, TRes>(RpcChannel channel, TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        var method = new[]
        {
            DealsReflection.Descriptor, EarningsReflection.Descriptor, PlansReflection.Descriptor,
            RepsReflection.Descriptor, TerritoriesReflection.Descriptor, InspectReflection.Descriptor,
        }
        .SelectMany(file => file.Services[0].Methods).Single(method => method.InputType == request.Descriptor);

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => channel.UnaryAsync<TReq, TRes>(
            method, request, new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal((method.FullName, Code.DeadlineExceeded), (method.FullName, failure.Status));
    }

    /// <summary>Grains of which only shards may be asked, and whose events are never credited.</summary>
    private sealed class StuckShards : IClusterClient, IShardGrain
    {
        public IServiceProvider ServiceProvider => throw new NotSupportedException();

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey =>
            this is TGrainInterface shard ? shard : default!;

        public Task<Answer<Recorded>> Record(string tenant, RecordRequest request) => throw new NotSupportedException();

        public async Task<bool> WaitApplied(long number, CancellationToken cancellation)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
            return true;
        }

        public Task Recredit(string tenant, long rulesVersion) => throw new NotSupportedException();

        public Task<ShardRealignment> GetRealignment(string tenant) => throw new NotSupportedException();
    }
}
