using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Bench;

/// <summary>Payees on one plan, and territories, of a silo that has no others. Its deals are of 2020.</summary>
/// <param name="channel">To the silo.</param>
/// <param name="payees">How many payees.</param>
/// <param name="territories">How many territories; each deal that has an area is in one.</param>
internal sealed class Company(RpcChannel channel, int payees, int territories = 0)
{
    /// <summary>The day at which a silo should be that is asked: the last one of the deals.</summary>
    public const string Today = "2020-06-30";

    /// <summary>The plan's name.</summary>
    public const string Plan = "measured";

    private const int PutsAtATime = 128;

    /// <summary>How many payees.</summary>
    public int Payees => payees;

    /// <summary>How many territories.</summary>
    public int Territories => territories;

    /// <summary>To the silo.</summary>
    public RpcChannel Channel => channel;

    /// <summary>A payee's id.</summary>
    public static string Payee(int number) => string.Create(CultureInfo.InvariantCulture, $"p{number:000000}");

    /// <summary>A territory's id, and the area of its deals.</summary>
    public static string Area(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number:00}");

    /// <summary>A plan of two tiers.</summary>
    /// <param name="rate">Of the first tier.</param>
    public static string TwoTiers(string rate = "5%") => $$"""
        plan: {{Plan}}
        title: Measured
        currency: USD
        effective: 2020-01-01
        pays: monthly
        components:
          - component: commission
            title: Commission
            credit: [owner]
            measure: amount
            window: quarter
            quota: bookings
            tiers:
              - { from: 0%, rate: {{rate}} }
              - { from: 100%, rate: 10% }
        """;

    /// <summary>Puts the plan, the territories and the payees.</summary>
    /// <param name="plan">The plan's text; one of two tiers if null.</param>
    /// <param name="window">Of the payees' quota.</param>
    /// <param name="quota">Its amount in each window, in USD.</param>
    /// <param name="step">By how much it is higher for each payee than for the one before.</param>
    public async Task PutAsync(
        string? plan = null, string window = "quarter", long quota = 100_000, long step = 0)
    {
        await PublishAsync(plan ?? TwoTiers());
        for (var i = 0; i < territories; i++)
        {
            var territory = new Territory { Territory_ = Area(i), Title = Area(i) };
            territory.When.Add(new FieldMatch { Field = "area", AnyOf = { Area(i) } });
            await CallAsync<Territory, PutTerritoryReply>(TerritoriesReflection.Descriptor, "Put", territory);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = PutsAtATime };
        await Parallel.ForAsync(0, payees, options, async (i, _) =>
        {
            var assignment = new Assignment { Plan = Plan, From = "2020-01-01" };
            assignment.Quotas.Add("bookings", new Quota { Window = window, Amount = $"{quota + (i * step)}" });
            var rep = new Rep { Rep_ = Payee(i), Name = $"Payee {Payee(i)}", Assignments = { assignment } };
            await CallAsync<Rep, PutRepReply>(RepsReflection.Descriptor, "Put", rep);
        });
    }

    /// <summary>Publishes a version of the plan.</summary>
    public Task<PublishedPlan> PublishAsync(string text) => CallAsync<PublishPlanRequest, PublishedPlan>(
        PlansReflection.Descriptor, "Publish", new PublishPlanRequest { Text = text });

    /// <summary>A deal that was won in the second quarter.</summary>
    /// <param name="run">Part of its id.</param>
    /// <param name="i">Decides its id, amount and day.</param>
    /// <param name="payee">Whose it is.</param>
    /// <param name="territory">Where; null: in none.</param>
    public static RecordRequest Event(string run, int i, int payee, int? territory = null)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{run}-{i}");
        var deal = new Deal
        {
            Deal_ = id,
            Credited = string.Create(CultureInfo.InvariantCulture, $"2020-{4 + (i % 3):00}-{1 + (i % 28):00}"),
            Status = DealStatus.Won,
            Amount = new Money { Currency = "USD", Units = 1000 + (i % 9000) },
            Owners = { new DealOwner { Rep = Payee(payee), Share = "100%" } },
        };
        if (territory is { } area)
        {
            deal.Fields.Add("area", Area(area));
        }

        return new RecordRequest { EventId = id, Deal = deal };
    }

    /// <summary>Streams events; returns when all are credited.</summary>
    /// <exception cref="InvalidOperationException">One was refused.</exception>
    public async Task RecordAsync(IAsyncEnumerable<RecordRequest> events)
    {
        var last = new Dictionary<int, Position>();
        var method = DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream");
        await foreach (var ack in channel.DuplexAsync<RecordRequest, RecordAck>(method, events))
        {
            var at = PositionOf(ack);
            if (last.GetValueOrDefault(at.Shard) is not { } known || known.Number < at.Number)
            {
                last[at.Shard] = at;
            }
        }

        await Task.WhenAll(last.Values.Select(at => EstimateAsync(0, at)));
    }

    /// <summary>Where an event is in the log.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public static Position PositionOf(RecordAck ack) => ack.Recorded?.Position
        ?? throw new InvalidOperationException($"Event {ack.Index} was refused: {ack.Refused}");

    /// <summary>Records one event; where it is in the log.</summary>
    public async Task<Position> RecordAsync(RecordRequest request) =>
        (await CallAsync<RecordRequest, Recorded>(DealsReflection.Descriptor, "Record", request)).Position;

    /// <summary>A payee's estimate, when an event is credited.</summary>
    public Task<Estimate> EstimateAsync(int payee, Position? after = null) =>
        CallAsync<GetEstimateRequest, Estimate>(
            EarningsReflection.Descriptor, "GetEstimate", new GetEstimateRequest { Rep = Payee(payee), After = after });

    /// <summary>How many deals the territories have together.</summary>
    public async Task<long> CountAsync()
    {
        var deals = 0L;
        for (var i = 0; i < territories; i++)
        {
            deals += (await CallAsync<GetTerritoryRequest, TerritoryView>(
                TerritoriesReflection.Descriptor, "Get", new GetTerritoryRequest { Territory = Area(i) })).All.Deals;
        }

        return deals;
    }

    /// <summary>One call.</summary>
    public Task<TRes> CallAsync<TReq, TRes>(FileDescriptor file, string method, TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        channel.UnaryAsync<TReq, TRes>(file.Services[0].FindMethodByName(method), request);
}
