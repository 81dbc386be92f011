using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Silo.Tests.Hosts;

/// <summary>The public API over gRPC. No call waits forever.</summary>
public sealed class Api(RpcChannel channel)
{
    public static readonly RpcCallOptions Patient = new() { Timeout = TimeSpan.FromMinutes(1) };

    public Task<Estimate> EstimateAsync(string rep, string on = "", Position? after = null) =>
        CallAsync<GetEstimateRequest, Estimate>(new GetEstimateRequest { Rep = rep, On = on, After = after });

    /// <summary>Any unary or server-streaming call, by the message that it takes.</summary>
    public Task<TRes> AskAsync<TReq, TRes>(TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() => CallAsync<TReq, TRes>(request);

    public Task<Preview> PreviewAsync(string rep, Deal deal) =>
        CallAsync<PreviewDealRequest, Preview>(new PreviewDealRequest { Rep = rep, Deal = deal });

    public IAsyncEnumerable<EstimateUpdate> WatchAsync(string rep, string on = "") =>
        WatchAsync(new WatchEstimateRequest { Rep = rep, On = on });

    public IAsyncEnumerable<EstimateUpdate> WatchAsync(WatchEstimateRequest request) =>
        channel.ServerStreamAsync<WatchEstimateRequest, EstimateUpdate>(
            Method<WatchEstimateRequest>(), request, Patient);

    public Task<TerritoryView> TerritoryAsync(string territory, string on = "", Position? after = null) =>
        CallAsync<GetTerritoryRequest, TerritoryView>(
            new GetTerritoryRequest { Territory = territory, On = on, After = after });

    public Task<Recorded> RecordAsync(string eventId, Deal deal) =>
        RecordAsync(new RecordRequest { EventId = eventId, Deal = deal });

    public Task<Recorded> RecordAsync(RecordRequest request) => CallAsync<RecordRequest, Recorded>(request);

    public IAsyncEnumerable<RecordAck> RecordStreamAsync(IEnumerable<RecordRequest> requests) =>
        RecordStreamAsync(requests.ToAsyncEnumerable());

    public IAsyncEnumerable<RecordAck> RecordStreamAsync(IAsyncEnumerable<RecordRequest> requests) =>
        channel.DuplexAsync<RecordRequest, RecordAck>(
            DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream"), requests, Patient);

    public Task<ListRepsReply> RepsAsync() => CallAsync<ListRepsRequest, ListRepsReply>(new ListRepsRequest());

    /// <summary>What a verification says: every difference, and at last the summary.</summary>
    public async Task<(IReadOnlyList<Difference> Differences, VerifySummary Summary)> VerifyAsync()
    {
        var updates = await channel.ServerStreamAsync<VerifyRequest, VerifyUpdate>(
            Method<VerifyRequest>(), new VerifyRequest(), Patient).ToListAsync();
        return ([.. updates.Where(update => update.Difference is not null).Select(update => update.Difference)],
            updates[^1].Summary);
    }

    public Task<PutRepReply> PutAsync(Rep rep) => CallAsync<Rep, PutRepReply>(rep);

    public Task<PutTerritoryReply> PutAsync(Territory territory) => CallAsync<Territory, PutTerritoryReply>(territory);

    public Task<PublishedPlan> PublishAsync(string text) =>
        CallAsync<PublishPlanRequest, PublishedPlan>(new PublishPlanRequest { Text = text, Wait = true });

    public Task<ValidatePlanReply> ValidateAsync(string text) =>
        CallAsync<ValidatePlanRequest, ValidatePlanReply>(new ValidatePlanRequest { Text = text });

    private Task<TRes> CallAsync<TReq, TRes>(TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        channel.UnaryAsync<TReq, TRes>(Method<TReq>(), request, Patient);

    /// <summary>The unary or server-streaming method that takes a message.</summary>
    private static MethodDescriptor Method<TReq>()
        where TReq : IMessage, new() =>
        new[]
        {
            DealsReflection.Descriptor, EarningsReflection.Descriptor, PlansReflection.Descriptor,
            RepsReflection.Descriptor, TerritoriesReflection.Descriptor, InspectReflection.Descriptor,
            RatesReflection.Descriptor,
        }
        .SelectMany(file => file.Services[0].Methods)
        .Single(method => !method.IsClientStreaming && method.InputType == new TReq().Descriptor);
}

/// <summary>What tests say about messages.</summary>
public static class MessageExtensions
{
    public static decimal ToDecimal(this Money money) => money.Units + (money.Nanos / 1_000_000_000m);

    public static Money ToMoney(this decimal amount) => new()
    {
        Currency = "USD",
        Units = (long)decimal.Truncate(amount),
        Nanos = (int)((amount - decimal.Truncate(amount)) * 1_000_000_000m),
    };

    public static decimal ToDecimal(this string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The figures alone: when and by how many records they came about differs from run to run.</summary>
    public static Estimate Figures(this Estimate estimate)
    {
        var figures = estimate.Clone();
        figures.AsOf = null;
        return figures;
    }

    /// <summary>The figures alone.</summary>
    public static TerritoryView Figures(this TerritoryView view)
    {
        var figures = view.Clone();
        figures.AsOf = null;
        return figures;
    }

    public static ComponentEstimate Component(this Estimate estimate, string id) =>
        estimate.Components.Single(component => component.Component == id);
}
