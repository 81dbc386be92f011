using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.V1;
using Commission.Engine;
using Api = Commission.Contracts.V1;
using Deal = Commission.Engine.Deal;
using DealStatus = Commission.Engine.DealStatus;
using Territory = Commission.Engine.Territory;
using TerritoryMember = Commission.Engine.TerritoryMember;

namespace Commission.Orleans.Tests;

/// <summary>A small company: its documents as the API takes them, and as the engine's own evaluation does.</summary>
internal static class Sales
{
    public const string PlanId = "sales";
    public const string Manager = "rep-00";
    public const string Overlay = "rep-01";
    public const string West = "west";
    public const string All = "all";

    public const string PlanText = """
        plan: sales
        title: Sales
        currency: USD
        effective: 2026-01-01
        pays: monthly
        components:
          - component: commission
            title: Commission
            measure: amount
            window: quarter
            quota: sales
            tiers:
              - { from: 0%, rate: 5% }
              - { from: 100%, rate: 8.25% }
          - component: override
            credit: [rollup, team]
            measure: amount
            window: quarter
            rate: 0.5%
        """;

    public static readonly ImmutableArray<string> Reps =
        [.. Enumerable.Range(0, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"rep-{i:00}"))];

    /// <summary>A payee on the plan, who reports to the manager.</summary>
    public static Rep Rep(string rep)
    {
        var document = new Rep { Rep_ = rep, Name = rep, Manager = rep == Manager ? "" : Manager };
        var assignment = new Api.Assignment { Plan = PlanId, From = "2026-01-01" };
        assignment.Quotas.Add("sales", new Api.Quota { Window = "quarter", Amount = "40000" });
        document.Assignments.Add(assignment);
        return document;
    }

    /// <summary>The territories, parents first.</summary>
    public static IEnumerable<Api.Territory> Territories()
    {
        yield return new Api.Territory { Territory_ = All, Title = "All" };
        var west = new Api.Territory { Territory_ = West, Title = "West", Parent = All };
        west.When.Add(new FieldMatch { Field = "region", AnyOf = { West } });
        west.Members.Add(new Api.TerritoryMember { Rep = Overlay, Role = "rollup", Share = "100%" });
        yield return west;
    }

    /// <summary>The same rules, for the engine.</summary>
    public static CreditingRules Rules() => new(
        1,
        [
            new Territory(All, "All", null, [], []),
            new Territory(
                West,
                "West",
                All,
                [new Matcher.OneOf("region", [West])],
                [new TerritoryMember(Overlay, CreditRole.Rollup, 1m)]),
        ],
        Reps.Where(rep => rep != Manager).Select(rep => KeyValuePair.Create(rep, Manager)),
        []);

    /// <summary>A won deal; every number of it follows from <paramref name="i"/>.</summary>
    public static Deal Deal(int i) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"deal-{i:000}"),
        Credited = new DateOnly(2026, 1, 1).AddDays(i * 7 % 90),
        Amount = 1000.25m + (i * 137.5m % 6100m),
        Currency = "USD",
        Owners = i % 3 == 0
            ? [new OwnerShare(Reps[i % 12], 0.6m), new OwnerShare(Reps[(i + 5) % 12], 0.4m)]
            : [new OwnerShare(Reps[i % 12], 1m)],
        Fields = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal)
            .Add("region", i % 4 == 0 ? West : "east"),
    };

    /// <summary>A deal's version as an event.</summary>
    public static RecordRequest Event(Deal deal, long version = 1)
    {
        var api = new Api.Deal
        {
            Deal_ = deal.Id,
            Credited = deal.Credited.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Status = deal.Status == DealStatus.Won ? Api.DealStatus.Won : Api.DealStatus.Cancelled,
            Amount = ToMoney(deal.Amount),
        };
        api.Owners.AddRange(deal.Owners.Select(owner =>
            new DealOwner { Rep = owner.Rep, Share = owner.Share.ToString(CultureInfo.InvariantCulture) }));
        api.Fields.Add(deal.Fields.ToDictionary(StringComparer.Ordinal));
        return new RecordRequest
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"{deal.Id}/{version}"),
            Version = version,
            Deal = api,
        };
    }

    /// <summary>Everything that a payee's deals come to, evaluated from nothing.</summary>
    public static Evaluation Evaluate(string rep, IEnumerable<Deal> deals)
    {
        var rules = Rules();
        var credits = deals.Select(deal => new DealCredit(
            deal, rules.Credit(deal).Reps.FirstOrDefault(one => one.Rep == rep)?.Roles ?? []));
        var quota = new Engine.Quota.Same(WindowKind.Quarter, 40000m);
        var assignment = new Engine.Assignment(
            PlanId,
            new DateOnly(2026, 1, 1),
            null,
            ImmutableDictionary.Create<string, Engine.Quota>(StringComparer.Ordinal).Add("sales", quota),
            ImmutableDictionary.Create<string, decimal>(StringComparer.Ordinal),
            Proration.None);
        var plan = PlanFormat.ParsePlan(PlanText).Value!;
        return Evaluator.Evaluate(
            [new PlanAssignment(assignment, [plan])], credits, CurrencyRates.None, new DateOnly(2026, 3, 31));
    }

    public static decimal ToDecimal(Money money) => money.Units + (money.Nanos / 1_000_000_000m);

    public static Money ToMoney(decimal amount) => new()
    {
        Currency = "USD",
        Units = (long)decimal.Truncate(amount),
        Nanos = (int)((amount - decimal.Truncate(amount)) * 1_000_000_000m),
    };
}
