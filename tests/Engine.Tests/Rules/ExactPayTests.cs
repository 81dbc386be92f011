using System.Collections.Immutable;
using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Rules;

public sealed class ExactPayTests
{
    private static readonly DateOnly Day = new(2026, 2, 20);

    [Fact]
    public void Pay_RandomComponentsAndTotals_EqualsPlainFractions()
    {
        var figures = 0;
        for (var seed = 0; seed < Cases.Count; seed++)
        {
            var random = new Random(seed);

            // Cents test the rounding; a currency of twelve digits lets nothing hide behind it.
            var currency = new Currency("XXX", new[] { 2, 3, 12 }[random.Next(3)]);
            var plan = World.Of(seed).Assignments[0].Versions[0] with { Currency = currency, Effective = Day };
            var rules = new AssignmentRules(new PlanAssignment(Assigned(random), [plan]));
            var tallies = new Tally[rules.Slots];
            foreach (ref var tally in tallies.AsSpan())
            {
                tally = new Tally(Total(random), 1, 0);
            }

            foreach (var component in rules.Versions[0].Components)
            {
                figures += Compare(seed, rules, component, tallies) ? 1 : 0;
            }
        }

        Assert.True(figures > Cases.Count, $"Only {figures} figures were compared.");
    }

    private static bool Compare(int seed, AssignmentRules rules, ComponentRules component, Tally[] tallies)
    {
        var version = rules.Versions[0];
        var window = version.WindowOf(component, Day);
        var figure = Pays.Of(component, window, tallies);
        if (figure.Notices != Notices.None)
        {
            return false;
        }

        var standing = version.Components
            .Where(other => other.Definition.Window == component.Definition.Window)
            .ToDictionary(
                other => other.Definition.Id,
                other => (Fraction(tallies[other.Slot].Sum), QuotaOf(other, window)));
        var wanted = PlainFractions.Pay(component.Definition, standing, component.RepTarget,
            version.Plan.Currency.Digits, version.Plan.Rounding);
        Assert.True(wanted == figure.Earned, $"seed {seed}: {component.Definition}: {wanted} but {figure.Earned}");
        return true;
    }

    private static Assignment Assigned(Random random)
    {
        var names = Enum.GetValues<WindowKind>()
            .SelectMany(kind => new[] { "q", "few" }, (kind, name) => (Name: $"{name}-{kind}", Kind: kind));
        var quotas = names.ToImmutableDictionary(
            quota => quota.Name.ToLowerInvariant(),
            quota => random.Next(3) == 0 && quota.Kind != WindowKind.Deal
                ? (Quota)new Quota.Yearly(quota.Kind, random.Next(100, 90000), [])
                : new Quota.Same(quota.Kind, random.Next(100, 9000) / (random.Next(2) == 0 ? 1m : 7m)));
        var targets = Enumerable.Range(0, 4)
            .ToImmutableDictionary(index => $"c{index}", _ => random.Next(100, 9000) / 3m);
        return new Assignment("p", Day.AddDays(-400), null, quotas, targets, Proration.None);
    }

    // Round numbers, to meet bounds exactly; cents; and as many digits as a decimal has.
    private static Exact Total(Random random) => random.Next(4) switch
    {
        0 => new Exact(random.Next(-2, 40) * 250m),
        1 => new Exact(random.Next(-100_000, 1_500_000) / 100m),
        2 => new Exact(random.Next(1, 30_000) / 7m),
        _ => new Exact(random.Next(1, 30_000) / 7m) * (random.Next(1, 300) / 13m),
    };

    private static BigFraction Fraction(Exact value)
    {
        var text = value.ToString().Split('/');
        return text.Length == 1
            ? BigFraction.Of(value.ToDecimal())
            : BigFraction.Divide(Whole(text[0]), Whole(text[1]));
    }

    private static BigFraction Whole(string digits) => new(
        System.Numerics.BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture), 1);

    private static BigFraction? QuotaOf(ComponentRules component, Window window) =>
        component.Terms.QuotaOf(window) is { } quota ? Fraction(quota.ToExact()) : null;
}
