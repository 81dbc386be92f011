using System.Collections.Immutable;

namespace Commission.Engine.Tests.Generators;

/// <summary>Random plans of every kind the format knows. The same seed gives the same plan.</summary>
public sealed class RandomPlans(Random random)
{
    private static readonly WindowKind[] Spans =
        [WindowKind.Month, WindowKind.Quarter, WindowKind.Half, WindowKind.Year, WindowKind.Deal];

    private static readonly string[] Currencies = ["USD", "JPY", "KWD", "EUR"];

    /// <summary>One to three versions of one plan, the later ones amended.</summary>
    public ImmutableArray<Plan> Versions(DateOnly from)
    {
        Currency.TryGet(Pick(Currencies), out var currency);
        var first = Plan("p", currency!, from.AddDays(-random.Next(0, 40)));
        var versions = ImmutableArray.Create(first);
        while (random.Next(3) == 0 && versions.Length < 3)
        {
            var last = versions[^1];
            versions = versions.Add(Amended(last, last.Effective.AddDays(random.Next(20, 200))));
        }

        return versions;
    }

    /// <summary>A plan whose quotas are named <c>q-month</c> and so on, by window.</summary>
    public Plan Plan(string id, Currency currency, DateOnly effective)
    {
        var yearStarts = Chance(50) ? 1 : random.Next(1, 13);
        return new Plan(
            id,
            id,
            currency,
            effective,
            Pick([PayFrequency.Monthly, PayFrequency.Quarterly, PayFrequency.Yearly]),
            yearStarts,
            Chance(50) ? RoundingRule.HalfUp : RoundingRule.HalfEven,
            Components(),
            Chance(40) ? new Draw(random.Next(0, 3000), Chance(60)) : null);
    }

    private Plan Amended(Plan plan, DateOnly effective)
    {
        var components = Components();
        return plan with
        {
            Effective = effective,
            Components = components,
            Pays = Chance(20) ? PayFrequency.Quarterly : plan.Pays,
            YearStarts = Chance(10) ? random.Next(1, 13) : plan.YearStarts,
        };
    }

    private ImmutableArray<Component> Components()
    {
        var windows = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(Spans)).ToArray();
        if (Chance(60))
        {
            Array.Fill(windows, windows[0]);
        }

        var count = windows.Length;
        return [.. Enumerable.Range(0, count).Select(index => Component(index, windows))];
    }

    private Component Component(int index, WindowKind[] windows)
    {
        var others = Enumerable.Range(0, windows.Length).Where(other => windows[other] == windows[index])
            .Select(other => $"c{other}").ToArray();
        var pay = PayOf(others, out var byQuota);
        return new Component
        {
            Id = $"c{index}",
            Title = $"Component {index}",
            Credit = Roles(),
            When = When(),
            Measure = Pick(
            [
                Measure.Amount, Measure.Amount, new Measure(MeasureKind.Margin), new Measure(MeasureKind.Quantity),
                new Measure(MeasureKind.Deals), new Measure(MeasureKind.Field, "points"),
            ]),
            Limit = Chance(15) ? random.Next(500, 6000) : null,
            Window = windows[index],
            Quota = byQuota || Chance(80) ? $"q-{windows[index]}" : null,
            Pay = pay,
            AtBound = Chance(30) ? BoundRule.Lower : BoundRule.Upper,
            Threshold = Chance(20) ? new Bound(Chance(50) ? 0.2m : 3000m, false) with { OfQuota = byQuota } : null,
            Multipliers = [.. Multipliers(others)],
            Cap = Chance(20) ? random.Next(200, 4000) : null,
            Floor = Chance(20) ? random.Next(0, 300) : null,
        };
    }

    private Pay? PayOf(string[] others, out bool byQuota)
    {
        byQuota = Chance(50);
        switch (random.Next(9))
        {
            case 0:
                return new Pay.Flat(Rate());
            case 1:
                return new Pay.PerUnit(Rate() * 10m);
            case 2 or 3 or 4:
                return new Pay.Tiered(Tiers(byQuota), Whole: Chance(40));
            case 5 or 6:
                byQuota = true;
                return new Pay.Curve(Target(), Points(0m), Chance(50) ? BeyondRule.Flat : BeyondRule.Continue);
            case 7:
                byQuota = true;
                return Matrix(others);
            default:
                return null;
        }
    }

    private Pay.Matrix Matrix(string[] others)
    {
        var rows = Rising(random.Next(1, 4), 0.3m);
        var columns = Rising(random.Next(1, 4), 0.4m);
        return new Pay.Matrix(
            Target(),
            new MatrixAxis(Pick(others), rows),
            new MatrixAxis(Pick(others), columns),
            [.. rows.Select(_ => columns.Select(_ => random.Next(0, 200) / 100m).ToImmutableArray())]);
    }

    private IEnumerable<Multiplier> Multipliers(string[] others)
    {
        while (Chance(20))
        {
            yield return random.Next(3) switch
            {
                0 => new Multiplier.Tiered(Pick(others), Points(0m, start: 0m)),
                1 => new Multiplier.Curved(
                    Pick(others), Points(0.5m), Chance(50) ? BeyondRule.Flat : BeyondRule.Continue),
                _ => new Multiplier.Gate(Pick(others), random.Next(0, 10) / 10m),
            };
        }
    }

    private ImmutableArray<Tier> Tiers(bool byQuota) =>
    [
        .. Rising(random.Next(1, 5), byQuota ? 0.35m : 2500m).Select(from => random.Next(5) == 0
            ? new Tier(new Bound(from, byQuota), TierKind.Amount, random.Next(0, 900))
            : new Tier(new Bound(from, byQuota), Chance(50) ? TierKind.Rate : TierKind.PerUnit, Rate())),
    ];

    private ImmutableArray<CurvePoint> Points(decimal floor, decimal? start = null)
    {
        var places = Rising(random.Next(1, 5), 0.35m);
        places = start is { } first ? places.SetItem(0, first) : places;
        return [.. places.Select(at => new CurvePoint(at, floor + (random.Next(0, 250) / 100m)))];
    }

    private ImmutableArray<decimal> Rising(int count, decimal step)
    {
        var value = Chance(60) ? 0m : step * random.Next(1, 4) / 4m;
        var values = ImmutableArray.CreateBuilder<decimal>();
        for (var i = 0; i < count; i++)
        {
            values.Add(value);
            value += step * random.Next(1, 9) / 8m;
        }

        return values.ToImmutable();
    }

    private Target Target() => new(Chance(60) ? random.Next(1, 9000) : null);

    private ImmutableArray<CreditRole> Roles() => Chance(60)
        ? [CreditRole.Owner]
        : [.. Enum.GetValues<CreditRole>().Where(_ => Chance(60)).DefaultIfEmpty(CreditRole.Owner)];

    private ImmutableArray<Matcher> When() => random.Next(8) switch
    {
        0 => [new Matcher.OneOf("type", ["new", "expansion"])],
        1 => [new Matcher.NoneOf("type", ["renewal"])],
        2 => [new Matcher.Between("amount", 500m, null)],
        3 => [new Matcher.Between("points", null, 40m), new Matcher.OneOf("type", ["new"])],
        _ => [],
    };

    private decimal Rate() => random.Next(1, 2500) / 10000m;

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
