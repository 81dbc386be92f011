using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Deal = Commission.Contracts.V1.Deal;
using DealStatus = Commission.Contracts.V1.DealStatus;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Load.Recovery;

/// <summary>
/// A company whose every figure follows from its sizes: each deal has one owner, the owner's manager, a region and the
/// group above it, so that crediting it writes one record for the deal and four for those who hold it.
/// </summary>
/// <param name="reps">How many payees own deals.</param>
internal sealed class RecoveryCompany(int reps)
{
    public const string Tenant = "main";
    public const string Plan = """
        plan: house
        currency: USD
        effective: 2026-01-01
        pays: monthly
        components:
          - component: sales
            title: Sales
            credit: [owner, team]
            measure: amount
            window: year
            quota: sales
            tiers:
              - { from: 0%, rate: 2% }
              - { from: 50%, rate: 4% }
              - { from: 100%, rate: 7% }
          - component: accessories
            title: Accessories
            credit: [owner]
            when: { region: [region-1, region-2, region-3] }
            measure: field:accessories_amount
            window: month
            rate: 1%
        """;

    private const int Regions = 50;
    private const int Groups = 5;
    private static readonly DateOnly FirstDay = new(2026, 1, 1);

    /// <summary>The payees that own deals, and behind them their managers.</summary>
    public IEnumerable<string> Reps => Enumerable.Range(0, reps).Select(RepOf)
        .Concat(Enumerable.Range(0, Managers).Select(ManagerOf));

    /// <summary>The groups, and behind them their regions.</summary>
    public static IEnumerable<Territory> Territories =>
        Enumerable.Range(0, Groups).Select(i => new Territory { Territory_ = GroupOf(i), Title = GroupOf(i) })
            .Concat(Enumerable.Range(0, Regions).Select(i => new Territory
            {
                Territory_ = RegionOf(i),
                Title = RegionOf(i),
                Parent = GroupOf(i),
                When = { new FieldMatch { Field = "region", AnyOf = { RegionOf(i) } } },
            }));

    private int Managers => Math.Max(1, reps / 20);

    public Rep Document(string id)
    {
        var assignment = new Contracts.V1.Assignment { Plan = "house", From = "2026-01-01" };
        assignment.Quotas.Add("sales", new Contracts.V1.Quota { Window = "year", Amount = "50000" });
        var isManager = id.StartsWith("boss", StringComparison.Ordinal);
        return new Rep
        {
            Rep_ = id,
            Name = id,
            Manager = isManager ? "" : ManagerOf(int.Parse(id.AsSpan(4), CultureInfo.InvariantCulture)),
            Assignments = { assignment },
        };
    }

    /// <summary>What every payee is assigned, as the engine takes it.</summary>
    public static PlanAssignment Assignment() => new(
        new Engine.Assignment(
            "house",
            FirstDay,
            null,
            ImmutableDictionary.CreateRange<string, Engine.Quota>(
                [KeyValuePair.Create<string, Engine.Quota>("sales", new Engine.Quota.Same(WindowKind.Year, 50000m))]),
            ImmutableDictionary<string, decimal>.Empty,
            Proration.None),
        [PlanFormat.ParsePlan(Plan).Value!]);

    public static string DealId(int i) => string.Create(CultureInfo.InvariantCulture, $"D-{i:00000000}");

    public static string RegionOf(int i) => string.Create(CultureInfo.InvariantCulture, $"region-{i % Regions}");

    public static string GroupOf(int i) => string.Create(CultureInfo.InvariantCulture, $"group-{i % Regions % Groups}");

    public string RepOf(int i) => string.Create(CultureInfo.InvariantCulture, $"rep-{i % reps}");

    public string ManagerOf(int i) => string.Create(CultureInfo.InvariantCulture, $"boss-{i % reps % Managers}");

    /// <summary>The deal's credit date: neither in the order of arrival, nor all on few days.</summary>
    public static DateOnly Credited(int i) => FirstDay.AddDays((int)((i * 37L) % 365));

    public static decimal Amount(int i) => 10m + (i % 900) + ((i % 100) / 100m);

    public RecordRequest Event(int i) => new()
    {
        EventId = string.Create(CultureInfo.InvariantCulture, $"event-{i}"),
        Deal = Facts(i, withOwner: true),
    };

    public static LoggedEvent Logged(RecordRequest request) => new() { Tenant = Tenant, Request = request };

    /// <summary>What is kept with a deal of whom it credits.</summary>
    public KeptCredits Kept(int i) => new()
    {
        Credits =
        {
            new KeptCredit
            {
                Rep = ManagerOf(i), Role = (int)CreditRole.Team, Source = (int)CreditSource.Manager,
                By = RepOf(i),
            },
            new KeptCredit { Rep = RepOf(i) },
        },
        Territories = { GroupOf(i), RegionOf(i) },
    };

    public CreditRecord Credit(int i, Position position, bool ofManager) => new()
    {
        Revision = 1,
        Position = position,
        Deal = Facts(i, withOwner: false),
        RecordedMs = 1_767_225_600_000 + i,
        Roles =
        {
            new RoleCredit
            {
                Role = (int)(ofManager ? CreditRole.Team : CreditRole.Owner),
                Source = (int)(ofManager ? CreditSource.Manager : CreditSource.Owner),
                By = ofManager ? RepOf(i) : "",
            },
        },
    };

    public static TerritoryRecord Part(int i, Position position) => new()
    {
        Revision = 1,
        Position = position,
        Deal = DealId(i),
        Counts = true,
        CreditedDay = Credited(i).DayNumber,
        Amount = Money(i),
        RecordedMs = 1_767_225_600_000 + i,
    };

    /// <summary>The same credit as the engine takes it, made without the mapping that is measured.</summary>
    public static DealCredit EngineCredit(int i, bool ofManager) => new(
        new Engine.Deal
        {
            Id = DealId(i),
            Credited = Credited(i),
            Amount = Amount(i),
            Currency = "USD",
            Fields = Fields(i).ToImmutableSortedDictionary(StringComparer.Ordinal),
        },
        [new RoleShare(ofManager ? CreditRole.Team : CreditRole.Owner, 1m)]);

    private static Dictionary<string, string> Fields(int i) => new(StringComparer.Ordinal)
    {
        ["region"] = RegionOf(i),
        ["accessories_amount"] = string.Create(CultureInfo.InvariantCulture, $"{i % 40}.50"),
        ["order"] = string.Create(CultureInfo.InvariantCulture, $"SO-{i}"),
    };

    private Deal Facts(int i, bool withOwner)
    {
        var deal = new Deal
        {
            Deal_ = DealId(i),
            Credited = Credited(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Status = DealStatus.Won,
            Amount = Money(i),
        };
        deal.Fields.Add(Fields(i));
        if (withOwner)
        {
            deal.Owners.Add(new DealOwner { Rep = RepOf(i), Share = "100%" });
        }

        return deal;
    }

    private static Money Money(int i)
    {
        var amount = Amount(i);
        var units = decimal.Truncate(amount);
        return new Money { Currency = "USD", Units = (long)units, Nanos = (int)((amount - units) * 1_000_000_000m) };
    }
}
