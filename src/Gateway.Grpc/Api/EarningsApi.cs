using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Telemetry;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Earnings.</summary>
internal sealed class EarningsApi(
    ApiCall api, ManyReps many, IClusterClient cluster, GatewaySettings settings, TimeProvider time)
{
    // As a payee calls a deal without id.
    private const string NamelessDeal = "~preview";

    // The last sequence that a watch has shown which has shown none.
    private const long Nothing = -1;

    public ValueTask<Estimate> GetEstimate(GetEstimateRequest request, RpcContext context)
    {
        if (request.AsOf is not null)
        {
            return new(ThenAsync(request, context));
        }

        var answer = api.Rep(context, request.Rep).GetEstimate(DayOf(request.On));
        return answer.IsCompletedSuccessfully ? new(answer.Result.ValueOrThrow()) : ValueAsync(answer);
    }

    public async ValueTask<BatchGetEstimatesReply> BatchGetEstimates(
        BatchGetEstimatesRequest request, RpcContext context)
    {
        if (request.Reps.Count > ManyReps.Most)
        {
            throw Invalid("reps", $"Expected at most {ManyReps.Most} payees; found {request.Reps.Count}.");
        }

        if (request.AsOf is { MomentCase: Moment.MomentOneofCase.Sequence })
        {
            throw Invalid("as_of.sequence", "A sequence counts one payee's changes: expected a position or a time.");
        }

        return await many.EstimatesAsync(request, context);
    }

    public async ValueTask<Preview> PreviewDeal(PreviewDealRequest request, RpcContext context)
    {
        var asked = request.Deal ?? throw Invalid("deal", "A deal is required.");
        if (request.FromRecord)
        {
            var known = await api.Deal(context, asked.Deal_).Get(
                new GetDealRequest { Deal = asked.Deal_ }, context.CancellationToken);
            asked = DealOverlay.Over(known.ValueOrThrow().Deal, asked);
        }

        var preview = (await api.Rep(context, request.Rep).Preview(asked)).ValueOrThrow();
        if (request.Everyone)
        {
            preview.Everyone.AddRange(await EveryoneAsync(asked, preview, context));
        }

        return preview;
    }

    public async ValueTask<PreviewDealsReply> PreviewDeals(PreviewDealsRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).PreviewDeals(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<ForecastReply> Forecast(ForecastRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).Forecast(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<SeekGoalReply> SeekGoal(SeekGoalRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).SeekGoal(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<ListCreditsReply> ListCredits(ListCreditsRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).ListCredits(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<ExplainReply> Explain(ExplainRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).Explain(request, context.CancellationToken)).ValueOrThrow();

    /// <summary>
    /// The state now, and after each change: changes only wake the watch, which then asks for the state when its
    /// reader is ready, so that a slow reader gets fewer and never outdated ones.
    /// </summary>
    public async IAsyncEnumerable<EstimateUpdate> WatchEstimate(
        WatchEstimateRequest request,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (request.Since < 0)
        {
            throw Invalid("since", $"Expected the sequence of an update, or 0; found {request.Since}.");
        }

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
        GatewayMeters.Watchers.Add(1);
        await using var heartbeat = time.CreateTimer(
            static watch => ((ChannelWriter<bool>)watch!).TryWrite(true),
            woken.Writer,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        try
        {
            for (var (last, day) = (request.Since == 0 ? Nothing : request.Since, request.On); ;)
            {
                var estimate = (await rep.GetEstimate(DayOf(request.On))).ValueOrThrow();
                yield return Counted(ToUpdate(estimate, last, day));
                (last, day) = (estimate.AsOf.Sequence, estimate.On);
                heartbeat.Change(settings.Heartbeat, Timeout.InfiniteTimeSpan);
                await woken.Reader.ReadAsync(cancellation);
            }
        }
        finally
        {
            GatewayMeters.Watchers.Add(-1);
            await subscription.UnsubscribeAsync();
        }
    }

    /// <summary>Everyone whom the deal would credit, or credits now, each asked about the same deal.</summary>
    private async Task<IEnumerable<PayeePreview>> EveryoneAsync(Deal asked, Preview own, RpcContext context)
    {
        var deal = asked.Clone();
        deal.Deal_ = deal.Deal_.Length == 0 ? NamelessDeal : deal.Deal_;
        deal.Credited = own.Credited;
        deal.Status = deal.Status == DealStatus.Unspecified ? DealStatus.Won : deal.Status;
        if (deal.Owners.Count == 0)
        {
            deal.Owners.Add(new DealOwner { Rep = own.Rep, Share = "100%" });
        }

        var parties = (await api.Deal(context, deal.Deal_).Parties(deal)).ValueOrThrow().Payees;
        return parties.Count <= ManyReps.Most
            ? await many.PreviewsAsync(parties, deal, context)
            : throw Invalid(
                "everyone", $"The deal concerns {parties.Count} payees: expected at most {ManyReps.Most}.");
    }

    private static RpcError Invalid(string field, string message) =>
        RpcError.Invalid($"{field}: {message}", (field, message));

    private static string? DayOf(string on) => on.Length == 0 ? null : on;

    private static async ValueTask<Estimate> ValueAsync(ValueTask<Answer<Estimate>> answer) =>
        (await answer).ValueOrThrow();

    private static EstimateUpdate Counted(EstimateUpdate update)
    {
        if (update.Estimate is not null)
        {
            GatewayMeters.WatchUpdates.Add(1);
            GatewayMeters.Conflated.Add(update.Conflated);
        }

        return update;
    }

    /// <summary>What a watch sends that has shown the state <paramref name="last"/> of a day.</summary>
    private static EstimateUpdate ToUpdate(Estimate estimate, long last, string day)
    {
        var update = new EstimateUpdate { Sequence = estimate.AsOf.Sequence };
        if (update.Sequence != last || estimate.On != day)
        {
            update.Estimate = estimate;
        }

        update.Conflated = last == Nothing ? 0 : Math.Max(0, update.Sequence - last - 1);
        return update;
    }

    private async Task<Estimate> ThenAsync(GetEstimateRequest request, RpcContext context) =>
        (await api.History(context, request.Rep).GetEstimate(request, context.CancellationToken)).ValueOrThrow();
}
