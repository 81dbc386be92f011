using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Grains.Tests.Harness;

/// <summary>Documents and events for tests.</summary>
internal static class Docs
{
    public const string Flat = """
        plan: flat
        currency: USD
        effective: 2026-01-01
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
          - component: override
            credit: [team, rollup]
            measure: amount
            window: month
            rate: 1%
        """;

    public static Rep Rep(string id, string manager = "", string quota = "100000", string plan = "flat")
    {
        var assignment = new Assignment { Plan = plan, From = "2026-01-01" };
        assignment.Quotas.Add("bookings", new Quota { Window = "quarter", Amount = quota });
        return new Rep { Rep_ = id, Name = id.ToUpperInvariant(), Manager = manager, Assignments = { assignment } };
    }

    public static Territory Territory(string id, string parent = "", string region = "", params string[] members)
    {
        var territory = new Territory { Territory_ = id, Title = id, Parent = parent };
        territory.Members.AddRange(members.Select(rep => new TerritoryMember { Rep = rep }));
        if (region.Length > 0)
        {
            territory.When.Add(new FieldMatch { Field = "region", AnyOf = { region } });
        }

        return territory;
    }

    public static Money Usd(decimal amount)
    {
        var units = decimal.Truncate(amount);
        return new Money { Currency = "USD", Units = (long)units, Nanos = (int)((amount - units) * 1_000_000_000m) };
    }

    public static RecordRequest Event(
        string id, string deal, decimal amount, string on = "2026-02-03", string region = "", params string[] owners)
    {
        var share = owners.Length == 0 ? 0m : 1m / owners.Length;
        var request = new RecordRequest
        {
            EventId = id,
            Deal = new Deal { Deal_ = deal, Credited = on, Status = DealStatus.Won, Amount = Usd(amount) },
        };
        request.Deal.Owners.AddRange(owners.Select(owner =>
            new DealOwner { Rep = owner, Share = share.ToString(CultureInfo.InvariantCulture) }));
        if (region.Length > 0)
        {
            request.Deal.Fields.Add("region", region);
        }

        return request;
    }

    public static decimal Value(this Money money) => money.Units + (money.Nanos / 1_000_000_000m);
}
