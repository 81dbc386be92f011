using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Generators;

/// <summary>A payee with random assignments and a random history of deals: late, reordered, duplicated, amended and
/// cancelled. The
/// same seed gives the same world.</summary>
public sealed class RandomWorld
{
    private static readonly DateOnly Beginning = new(2026, 1, 1);
    private readonly Random _random;
    private readonly List<DealCredit> _recorded = [];

    public RandomWorld(int seed, int events = 14)
    {
        _random = new Random(seed);
        Assignments = MakeAssignments();
        Rates = new CurrencyRates(
        [
            new CurrencyRate("GBP", "USD", Beginning, 1.2734m),
            new CurrencyRate("GBP", "JPY", Beginning.AddDays(90), 187.031m),
            new CurrencyRate("GBP", "EUR", Beginning, 1.1512345678901234567m),
        ]);
        History = [.. Enumerable.Range(0, events).Select(_ => NextEvent())];
    }

    public IReadOnlyList<PlanAssignment> Assignments { get; }

    public CurrencyRates Rates { get; }

    /// <summary>In the order of arrival; each replaces what was known of its deal.</summary>
    public ImmutableArray<DealCredit> History { get; }

    /// <summary>A day in or near the time of the history.</summary>
    public DateOnly AnyDay() => Beginning.AddDays(_random.Next(-40, 420));

    private List<PlanAssignment> MakeAssignments()
    {
        var assignments = new List<PlanAssignment>();
        var from = Beginning.AddDays(_random.Next(-20, 60));
        do
        {
            DateOnly? to = Chance(40) ? from.AddDays(_random.Next(30, 250)) : null;
            var plans = new RandomPlans(_random).Versions(from);
            DateOnly? start = assignments.Count == 0 && Chance(15) ? null : from;
            assignments.Add(new PlanAssignment(MakeAssignment(start, to), plans));
            from = (to ?? DateOnly.MaxValue.AddDays(-9)).AddDays(_random.Next(1, 9));
        }
        while (from.Year < 2027 && assignments.Count < 3);

        return assignments;
    }

    private Assignment MakeAssignment(DateOnly? from, DateOnly? to)
    {
        var quotas = ImmutableDictionary.CreateBuilder<string, Quota>();
        foreach (var kind in Enum.GetValues<WindowKind>())
        {
            if (!Chance(8))
            {
                quotas[$"q-{kind}"] = MakeQuota(kind);
            }
        }

        var targets = Enumerable.Range(0, 4).Where(_ => !Chance(15))
            .ToImmutableDictionary(index => $"c{index}", _ => (decimal)_random.Next(100, 20000));
        var prorate = Chance(50) ? Proration.Days : Proration.None;
        return new Assignment("p", from, to, quotas.ToImmutable(), targets, prorate);
    }

    private Quota MakeQuota(WindowKind kind)
    {
        decimal amount = _random.Next(0, 8) == 0 ? 0m : _random.Next(100, 12000);
        if (kind == WindowKind.Deal || Chance(40))
        {
            return new Quota.Same(kind, amount);
        }

        if (Chance(30))
        {
            var names = Enumerable.Range(0, 14)
                .Select(month => Windows.Of(kind, 1, Beginning.AddMonths(month - 1)).Name(1)).Distinct();
            return new Quota.Named(
                kind, names.ToImmutableDictionary(name => name, _ => (decimal)_random.Next(0, 12000)));
        }

        var spread = Enumerable.Range(0, Windows.PerYear(kind)).Select(_ => _random.Next(0, 60) / 100m);
        return new Quota.Yearly(kind, amount * 10m, Chance(50) ? [] : [.. spread]);
    }

    private DealCredit NextEvent()
    {
        var old = _recorded.Count > 0 && Chance(40) ? _recorded[_random.Next(_recorded.Count)] : null;
        var next = old is null ? NewDeal() : _random.Next(5) switch
        {
            0 => old,
            1 => old with { Deal = old.Deal with { Status = DealStatus.Cancelled } },
            2 => old with { Roles = Chance(30) ? [] : Roles() },
            3 => old with { Deal = old.Deal with { Credited = AnyDay(), Status = DealStatus.Won } },
            _ => old with { Deal = NewDeal().Deal with { Id = old.Deal.Id, Credited = old.Deal.Credited } },
        };
        _recorded.Add(next);
        return next;
    }

    private DealCredit NewDeal()
    {
        var sign = Chance(12) ? -1m : 1m;
        var fields = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        fields["type"] = new[] { "new", "expansion", "renewal" }[_random.Next(3)];
        if (Chance(80))
        {
            fields["points"] = (_random.Next(0, 900) / 10m).ToString(CultureInfo.InvariantCulture);
        }

        var deal = new Deal
        {
            Id = $"d{_random.Next(100000)}",
            Credited = AnyDay(),
            Status = Chance(92) ? DealStatus.Won : DealStatus.Open,
            Amount = sign * (Chance(40) ? _random.Next(1, 12) * 500m : _random.Next(1, 900000) / 100m),
            Currency = Chance(85) ? null : Chance(80) ? "GBP" : "CHF",
            Margin = Chance(85) ? _random.Next(-100, 400000) / (Chance(5) ? 3m : 100m) : null,
            Quantity = Chance(85) ? _random.Next(0, 60) : null,
            Fields = fields.ToImmutable(),
        };
        return new DealCredit(deal, Roles());
    }

    private ImmutableArray<RoleShare> Roles()
    {
        var shares = new[] { 1m, 1m, 0.5m, 0.25m, 0.333m, 0.333333333333m };
        var roles = ImmutableArray.CreateBuilder<RoleShare>();
        foreach (var role in Enum.GetValues<CreditRole>())
        {
            if (Chance(role == CreditRole.Owner ? 80 : 15))
            {
                roles.Add(new RoleShare(role, shares[_random.Next(shares.Length)]));
            }
        }

        return roles.Count > 0 ? roles.ToImmutable() : [new RoleShare(CreditRole.Owner, 1m)];
    }

    private bool Chance(int percent) => _random.Next(100) < percent;
}

/// <summary>How many random cases a test runs: 2,000, or what COMMISSION_CASES says.</summary>
public static class Cases
{
    public static int Count => int.TryParse(
        Environment.GetEnvironmentVariable("COMMISSION_CASES"), CultureInfo.InvariantCulture, out var count)
        ? count
        : 2000;
}
