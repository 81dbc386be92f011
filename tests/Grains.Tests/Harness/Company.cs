using System.Globalization;
using Commission.Contracts.V1;
using Commission.Engine.Tests.Generators;
using ApiAssignment = Commission.Contracts.V1.Assignment;
using ApiDeal = Commission.Contracts.V1.Deal;
using ApiQuota = Commission.Contracts.V1.Quota;
using ApiTerritory = Commission.Contracts.V1.Territory;
using ApiTerritoryMember = Commission.Contracts.V1.TerritoryMember;
using DealStatus = Commission.Contracts.V1.DealStatus;

namespace Commission.Grains.Tests.Harness;

/// <summary>Random plans, payees, territories and deals, as documents. The same seed gives the same company.</summary>
internal sealed class Company
{
    private static readonly DateOnly Beginning = new(2026, 1, 1);
    private static readonly string[] Regions = ["north", "south", "east"];
    private readonly Random _random;
    private readonly List<RecordRequest> _events = [];

    public Company(int seed)
    {
        _random = new Random(seed);
        Plans = [.. Enumerable.Range(0, 2).SelectMany(i => Versions($"p{i}"))];
        Reps = [.. Enumerable.Range(0, 5).Select(i => $"r{i}")];
    }

    /// <summary>The texts of plans p0 and p1, one to three versions each.</summary>
    public List<string> Plans { get; }

    public List<string> Reps { get; }

    /// <summary>A payee, with another manager, other quotas and other dates each time.</summary>
    public Contracts.V1.Rep Rep(string id)
    {
        var index = Reps.IndexOf(id);
        var manager = index > 0 && Chance(60) ? Reps[_random.Next(index)] : "";
        var rep = new Contracts.V1.Rep { Rep_ = id, Name = id, Manager = manager };
        var split = Beginning.AddDays(_random.Next(60, 300));
        var first = Assignment(Beginning.AddDays(_random.Next(0, 40)));
        rep.Assignments.Add(first);
        if (Chance(40))
        {
            first.To = Text(split);
            rep.Assignments.Add(Assignment(split.AddDays(_random.Next(1, 5))));
        }

        return rep;
    }

    /// <summary>The territories, parents first, with other conditions and members each time.</summary>
    public IEnumerable<ApiTerritory> Territories()
    {
        foreach (var (id, parent) in new[] { ("all", ""), ("home", "all"), ("a", "home"), ("b", "home"), ("c", "all") })
        {
            var territory = new ApiTerritory { Territory_ = id, Title = id, Parent = parent };
            territory.Members.AddRange(Reps.Where(_ => Chance(20)).Select(Member));
            if (Chance(80))
            {
                territory.When.Add(new FieldMatch { Field = "region", AnyOf = { Pick(Regions) } });
            }

            yield return territory;
        }
    }

    /// <summary>
    /// The next event: a new deal, or a duplicate, amendment, cancellation or older version of one before.
    /// </summary>
    public RecordRequest NextEvent()
    {
        var old = _events.Count > 0 && Chance(45) ? Pick(_events) : null;
        var next = old is not null && Chance(25) ? old.Clone() : new RecordRequest
        {
            EventId = $"e{_events.Count}",
            Version = Chance(30) ? _random.Next(1, 6) : 0,
            Deal = Deal(old?.Deal.Deal_ ?? $"d{_random.Next(100000)}"),
        };
        _events.Add(next);
        return next;
    }

    /// <summary>A random deal.</summary>
    public ApiDeal Deal(string id)
    {
        var currency = Pick(["USD", "USD", "USD", "JPY", "KWD", "EUR"]);
        var deal = new ApiDeal
        {
            Deal_ = id,
            Credited = Text(Beginning.AddDays(_random.Next(0, 360))),
            Status = Pick([DealStatus.Won, DealStatus.Won, DealStatus.Won, DealStatus.Open, DealStatus.Cancelled]),
            Amount = Money(currency, _random.Next(-100000, 900000) / 100m),
            Margin = Chance(80) ? Money(currency, _random.Next(-1000, 400000) / 100m) : null,
            Quantity = Chance(80) ? _random.Next(0, 60).ToString(CultureInfo.InvariantCulture) : "",
        };
        deal.Fields["type"] = Pick(["new", "expansion", "renewal"]);
        deal.Fields["points"] = (_random.Next(0, 900) / 10m).ToString(CultureInfo.InvariantCulture);
        deal.Fields["region"] = Pick(Regions);
        var shares = Pick<string[]>([["100%"], ["100%"], ["50%", "0.5"], ["33.3%", "66.7%"], ["20%", "0.30", "50%"]]);
        var owners = Reps.OrderBy(_ => _random.Next()).Take(shares.Length);
        deal.Owners.AddRange(owners.Zip(shares, (rep, share) => new DealOwner { Rep = rep, Share = share }));
        return deal;
    }

    /// <summary>Random rates, each of another pair or day.</summary>
    public DayRate[] Rates() =>
    [
        .. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => new DayRate
        {
            From = Pick(["JPY", "KWD", "EUR"]),
            To = Pick(["USD", "USD", "USD", "CLF"]),
            Day = Text(Beginning.AddDays(_random.Next(-30, 360))),
            Rate = (_random.Next(1, 40000) / 10000m).ToString(CultureInfo.InvariantCulture),
        }).DistinctBy(rate => (rate.From, rate.To, rate.Day)),
    ];

    private static Contracts.V1.Money Money(string currency, decimal amount)
    {
        var money = Docs.Usd(amount);
        money.Currency = currency;
        return money;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private List<string> Versions(string id)
    {
        var plans = new PlanMaker(new Dice(_random.Next()), unit: 1000);
        var plan = plans.Plan(id, Beginning.AddDays(_random.Next(0, 40)));
        var texts = new List<string> { plan.ToJsonString() };
        while (texts.Count < 3 && Chance(33))
        {
            plan = plans.Amended(plan, Beginning.AddDays((100 * texts.Count) + _random.Next(0, 90)));
            texts.Add(plan.ToJsonString());
        }

        return texts;
    }

    private ApiAssignment Assignment(DateOnly from)
    {
        var assignment = new ApiAssignment
        {
            Plan = $"p{_random.Next(2)}", From = Text(from), Prorate = Pick(["", "none", "days"]),
        };
        foreach (var window in new[] { "month", "quarter", "half", "year" })
        {
            assignment.Quotas.Add($"q-{window}", Quota(window));
        }

        foreach (var i in Enumerable.Range(0, 4).Where(_ => Chance(80)))
        {
            assignment.Targets.Add($"c{i}", _random.Next(100, 20000).ToString(CultureInfo.InvariantCulture));
        }

        return assignment;
    }

    private ApiQuota Quota(string window)
    {
        var amount = _random.Next(0, 12000).ToString(CultureInfo.InvariantCulture);
        return Chance(60)
            ? new ApiQuota { Window = window, Amount = amount }
            : new ApiQuota { Window = window, Yearly = amount + "0" };
    }

    private ApiTerritoryMember Member(string rep) => new()
    {
        Rep = rep,
        Role = Pick(["", "rollup", "overlay", "team", "owner"]),
        Share = Pick(["", "50%", "0.125"]),
        From = Chance(20) ? "2026-03-01" : "",
        To = Chance(20) ? "2026-10-31" : "",
    };

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
