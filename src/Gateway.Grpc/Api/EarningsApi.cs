using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Earnings.</summary>
internal sealed class EarningsApi(ApiCall api, IClusterClient cluster, GatewaySettings settings, TimeProvider time)
{
    public ValueTask<Estimate> GetEstimate(GetEstimateRequest request, RpcContext context)
    {
        if (request.AsOf is not null)
        {
            return new(ThenAsync(request, context));
        }

        var answer = api.Rep(context, request.Rep).GetEstimate(DayOf(request.On));
        return answer.IsCompletedSuccessfully ? new(answer.Result.ValueOrThrow()) : ValueAsync(answer);
    }

    public async ValueTask<Preview> PreviewDeal(PreviewDealRequest request, RpcContext context)
    {
        if (request.Deal is null)
        {
            throw RpcError.Invalid("deal: a deal is required.", ("deal", "A deal is required."));
        }

        return (await api.Rep(context, request.Rep).Preview(request.Deal)).ValueOrThrow();
    }

    public async ValueTask<ListCreditsReply> ListCredits(ListCreditsRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).ListCredits(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<ExplainReply> Explain(ExplainRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).Explain(request, context.CancellationToken)).ValueOrThrow();

    /// <summary>
    /// The state now, and after each change: changes only wake the watch, which then asks for the state when its
    /// reader is
    /// ready, so that a slow reader gets fewer and never outdated ones.
    /// </summary>
    public async IAsyncEnumerable<EstimateUpdate> WatchEstimate(
        WatchEstimateRequest request,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var rep = api.Rep(context, request.Rep);
        var woken = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var stream = cluster.GetStreamProvider(StreamNames.Provider).GetStream<RepChanged>(
            StreamId.Create(StreamNames.Estimates, api.KeyOf(context, "rep", request.Rep)));
        var subscription = await stream.SubscribeAsync((_, _) =>
        {
            woken.Writer.TryWrite(true);
            return Task.CompletedTask;
        });
        try
        {
            for (var last = -1L; ;)
            {
                var estimate = (await rep.GetEstimate(DayOf(request.On))).ValueOrThrow();
                yield return ToUpdate(estimate, last);
                last = estimate.AsOf.Sequence;
                await WaitAsync(woken.Reader, cancellation);
            }
        }
        finally
        {
            await subscription.UnsubscribeAsync();
        }
    }

    private static string? DayOf(string on) => on.Length == 0 ? null : on;

    private static async ValueTask<Estimate> ValueAsync(ValueTask<Answer<Estimate>> answer) =>
        (await answer).ValueOrThrow();

    private static EstimateUpdate ToUpdate(Estimate estimate, long last)
    {
        var sequence = estimate.AsOf.Sequence;
        return sequence == last
            ? new EstimateUpdate { Sequence = sequence }
            : new EstimateUpdate
            {
                Sequence = sequence,
                Conflated = last < 0 ? 0 : sequence - last - 1,
                Estimate = estimate,
            };
    }

    private async Task<Estimate> ThenAsync(GetEstimateRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).GetEstimate(request, context.CancellationToken)).ValueOrThrow();

    /// <summary>Returns at the next change, or when it is time for a heartbeat.</summary>
    private async Task WaitAsync(ChannelReader<bool> woken, CancellationToken cancellation)
    {
        using var heartbeat = new CancellationTokenSource(settings.Heartbeat, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token, cancellation);
        try
        {
            await woken.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Time for a heartbeat.
        }
    }
}
