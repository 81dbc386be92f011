using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Cluster;

/// <summary>Payees on one plan, and territories; each deal has one of both.</summary>
internal static class BenchCompany
{
    /// <summary>How many payees.</summary>
    public const int Payees = 200;

    /// <summary>How many territories.</summary>
    public const int Territories = 20;

    // A hot payee and a hot territory have so many times the events of any other.
    private const int Hot = 100;

    /// <summary>Puts all documents.</summary>
    public static async Task PutAsync(RpcChannel channel)
    {
        await CallAsync<PublishPlanRequest, PublishedPlan>(
            channel, PlansReflection.Descriptor, "Publish", new PublishPlanRequest
            {
                Text = """
                    plan: measured
                    currency: USD
                    effective: 2020-01-01
                    pays: monthly
                    components:
                      - component: commission
                        credit: [owner]
                        measure: amount
                        window: quarter
                        quota: bookings
                        tiers:
                          - { from: 0%, rate: 5% }
                          - { from: 100%, rate: 10% }
                    """,
            });
        for (var i = 0; i < Territories; i++)
        {
            var territory = new Territory { Territory_ = Area(i), Title = Area(i) };
            territory.When.Add(new FieldMatch { Field = "area", AnyOf = { Area(i) } });
            await CallAsync<Territory, PutTerritoryReply>(channel, TerritoriesReflection.Descriptor, "Put", territory);
        }

        for (var i = 0; i < Payees; i++)
        {
            var assignment = new Assignment { Plan = "measured", From = "2020-01-01" };
            assignment.Quotas.Add("bookings", new Quota { Window = "quarter", Amount = "100000" });
            var rep = new Rep { Rep_ = Id(i), Name = Id(i), Assignments = { assignment } };
            await CallAsync<Rep, PutRepReply>(channel, RepsReflection.Descriptor, "Put", rep);
        }
    }

    /// <summary>A deal that was won.</summary>
    /// <param name="run">Part of its id.</param>
    /// <param name="i">Decides the rest.</param>
    /// <param name="isHot">Whether the first payee and territory get most.</param>
    public static RecordRequest Event(string run, int i, bool isHot)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{run}-{i}");
        return new RecordRequest
        {
            EventId = id,
            Deal = new Deal
            {
                Deal_ = id,
                Credited = string.Create(CultureInfo.InvariantCulture, $"2020-{4 + (i % 3):00}-{1 + (i % 28):00}"),
                Status = DealStatus.Won,
                Amount = new Money { Currency = "USD", Units = 1000 + (i % 9000) },
                Owners = { new DealOwner { Rep = Id(Which(i, Payees, isHot)), Share = "100%" } },
                Fields = { ["area"] = Area(Which(i, Territories, isHot)) },
            },
        };
    }

    /// <summary>An estimate, when an event is credited.</summary>
    public static Task<Estimate> EstimateAsync(RpcChannel channel, int payee, Position? after = null) =>
        CallAsync<GetEstimateRequest, Estimate>(
            channel, EarningsReflection.Descriptor, "GetEstimate",
            new GetEstimateRequest { Rep = Id(payee), After = after });

    /// <summary>Records one event; where it is in the log.</summary>
    public static async Task<Position> RecordAsync(RpcChannel channel, RecordRequest request) =>
        (await CallAsync<RecordRequest, Recorded>(channel, DealsReflection.Descriptor, "Record", request)).Position;

    /// <summary>How many deals the territories have together; each deal is in one.</summary>
    public static async Task<long> CountAsync(RpcChannel channel)
    {
        var deals = 0L;
        for (var i = 0; i < Territories; i++)
        {
            deals += (await CallAsync<GetTerritoryRequest, TerritoryView>(
                channel, TerritoriesReflection.Descriptor, "Get",
                new GetTerritoryRequest { Territory = Area(i) })).All.Deals;
        }

        return deals;
    }

    private static Task<TRes> CallAsync<TReq, TRes>(
        RpcChannel channel, FileDescriptor file, string method, TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        channel.UnaryAsync<TReq, TRes>(file.Services[0].FindMethodByName(method), request);

    private static int Which(int i, int count, bool isHot)
    {
        var at = isHot ? i % (count + Hot - 1) : i % count;
        return at < count ? at : 0;
    }

    private static string Id(int payee) => string.Create(CultureInfo.InvariantCulture, $"p{payee:000}");

    private static string Area(int territory) => string.Create(CultureInfo.InvariantCulture, $"t{territory:00}");
}
