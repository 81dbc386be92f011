using Commission.Client;
using Commission.Client.Documents;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Hostile.Tests.Hosts;

/// <summary>The sample company, and one payee beside it whom no hostile input names.</summary>
internal static class Company
{
    /// <summary>The last day of the sample's last fiscal year.</summary>
    public const string Today = "2020-06-30";

    /// <summary>The payee whose figures stay the same.</summary>
    public const string Steady = "steady-payee";

    private const string SteadyPlan = """
        plan: steady-plan
        title: Steady
        currency: USD
        effective: 2017-07-01
        pays: monthly
        components:
          - component: commission
            title: Commission
            measure: amount
            window: quarter
            rate: 10%
        """;

    public static readonly RpcCallOptions Patient = new() { Timeout = TimeSpan.FromMinutes(1) };

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "samples", "adventureworks");

    public static IReadOnlyList<string> PlanTexts { get; } =
        [.. DocumentFolder.LoadPlans(Folder).Select(plan => plan.Request.Text)];

    public static IReadOnlyList<Rep> Reps { get; } = DocumentFolder.LoadReps(Folder).Value!;

    public static IReadOnlyList<Territory> Territories { get; } = DocumentFolder.LoadTerritories(Folder).Value!;

    /// <summary>Publishes and puts all of it, and records a deal of the steady payee.</summary>
    public static async Task PutAsync(RpcChannel channel)
    {
        foreach (var text in PlanTexts.Append(SteadyPlan))
        {
            await CallAsync<PublishPlanRequest, PublishedPlan>(channel, new() { Text = text, Wait = true });
        }

        foreach (var rep in Reps.Append(SteadyRep()))
        {
            await CallAsync<Rep, PutRepReply>(channel, rep);
        }

        foreach (var territory in Territories)
        {
            await CallAsync<Territory, PutTerritoryReply>(channel, territory);
        }

        await RecordAsync(channel, "steady-deal", Steady, 5000);
    }

    /// <summary>Records a deal and waits until it is credited.</summary>
    public static async Task RecordAsync(RpcChannel channel, string id, string rep, long amount)
    {
        var deal = new Deal
        {
            Deal_ = id,
            Credited = "2020-05-05",
            Status = DealStatus.Won,
            Amount = new Money { Currency = "USD", Units = amount },
            Owners = { new DealOwner { Rep = rep } },
        };
        var recorded = await CallAsync<RecordRequest, Recorded>(channel, new() { EventId = id, Deal = deal });
        await EstimateAsync(channel, rep, recorded.Position);
    }

    /// <summary>A payee's estimate.</summary>
    public static Task<Estimate> EstimateAsync(RpcChannel channel, string rep, Position? after = null) =>
        CallAsync<GetEstimateRequest, Estimate>(channel, new() { Rep = rep, After = after });

    /// <summary>The unary or server-streaming method that takes a message.</summary>
    public static MethodDescriptor MethodOf<TReq>()
        where TReq : IMessage, new() =>
        new[]
        {
            DealsReflection.Descriptor, EarningsReflection.Descriptor, PlansReflection.Descriptor,
            RepsReflection.Descriptor, TerritoriesReflection.Descriptor, InspectReflection.Descriptor,
        }
        .SelectMany(file => file.Services[0].Methods)
        .First(method => !method.IsClientStreaming && method.InputType == new TReq().Descriptor);

    /// <summary>A unary call that doesn't wait forever.</summary>
    public static Task<TRes> CallAsync<TReq, TRes>(RpcChannel channel, TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        channel.UnaryAsync<TReq, TRes>(MethodOf<TReq>(), request, Patient);

    private static Rep SteadyRep() => new()
    {
        Rep_ = Steady,
        Name = "Steady",
        Assignments = { new Assignment { Plan = "steady-plan", From = "2017-07-01" } },
    };
}
