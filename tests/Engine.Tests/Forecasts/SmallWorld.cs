using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>A payee on one small random plan, with deals in the books and others still open. Quotas are of a few
/// hundred units, so that every amount up to some times of them can be tried. The same seed gives the same world.
/// </summary>
internal sealed class SmallWorld
{
    public static readonly DateOnly Beginning = new(2026, 1, 1);

    private static readonly WindowKind[] Spans = [WindowKind.Month, WindowKind.Quarter, WindowKind.Year];
    private readonly Random _random;

    public SmallWorld(int seed, bool oneVersion, bool onePlace = false)
    {
        _random = new Random(seed);
        Assignment = MakeAssignment(oneVersion);
        Won = [.. Enumerable.Range(0, _random.Next(0, 5)).Select(i => Deal($"a{i}", _random.Next(0, 180)))];
        var place = _random.Next(0, 150);
        Open =
        [
            .. Enumerable.Range(0, _random.Next(1, 6)).Select(i => Deal(
                $"o{i}", onePlace ? place : place + _random.Next(0, 40), DealStatus.Open)),
        ];
    }

    public PlanAssignment Assignment { get; }

    public ImmutableArray<DealCredit> Won { get; }

    public ImmutableArray<DealCredit> Open { get; }

    public int Next(int bound) => _random.Next(bound);

    public RepBooks Books(params IEnumerable<DealCredit> more)
    {
        var books = new RepBooks([Assignment], CurrencyRates.None);
        foreach (var credit in Won.Concat(more))
        {
            books.Apply(credit);
        }

        return books;
    }

    public static DealCredit Closed(DealCredit credit) =>
        credit with { Deal = credit.Deal with { Status = DealStatus.Won } };

    /// <summary>A deal that only one component counts.</summary>
    public static DealCredit Only(string component, decimal amount, DateOnly day) => new(
        new Deal
        {
            Id = "zz",
            Credited = day,
            Amount = amount,
            Quantity = amount,
            Fields = ImmutableSortedDictionary<string, string>.Empty.Add("for", component),
        },
        [new RoleShare(CreditRole.Owner, 1m)]);

    private DealCredit Deal(string id, int day, DealStatus status = DealStatus.Won)
    {
        var amount = Chance(15) ? -10m * _random.Next(1, 8) : Chance(60) ? 25m * _random.Next(1, 9) : _random.Next(300);
        var fields = ImmutableSortedDictionary<string, string>.Empty
            .Add("for", Chance(70) ? "all" : $"c{_random.Next(3)}");
        var deal = new Deal
        {
            Id = id,
            Credited = Beginning.AddDays(day),
            Status = status,
            Amount = amount,
            Quantity = _random.Next(0, 9),
            Fields = fields,
        };
        return new DealCredit(deal, [new RoleShare(CreditRole.Owner, Chance(80) ? 1m : 0.5m)]);
    }

    private PlanAssignment MakeAssignment(bool oneVersion)
    {
        var quotas = Spans.ToImmutableDictionary(
            kind => $"q-{kind}", kind => (Quota)new Quota.Same(kind, _random.Next(50, 400)), StringComparer.Ordinal)
            .Add("q-Deal", new Quota.Same(WindowKind.Deal, 100m));
        var assignment = new Assignment(
            "p", Beginning.AddDays(Chance(50) ? 0 : 9), null, quotas,
            ImmutableDictionary<string, decimal>.Empty, Chance(30) ? Proration.Days : Proration.None);
        var first = MakePlan(Beginning, Currencies());
        return new PlanAssignment(assignment, oneVersion || Chance(30)
            ? [first]
            : [first, MakePlan(Beginning.AddDays(_random.Next(20, 170)), first.Currency)]);
    }

    private Currency Currencies()
    {
        Currency.TryGet(Chance(50) ? "USD" : "JPY", out var currency);
        return currency!;
    }

    private Plan MakePlan(DateOnly effective, Currency currency)
    {
        var span = Spans[_random.Next(3)];
        var windows = Enumerable.Range(0, _random.Next(1, 4))
            .Select(_ => Chance(70) ? span : Chance(30) ? WindowKind.Deal : Spans[_random.Next(3)]).ToArray();
        return new Plan(
            "p", "p", currency, effective,
            new[] { PayFrequency.Monthly, PayFrequency.Quarterly, PayFrequency.Yearly }[_random.Next(3)],
            1, RoundingRule.HalfUp, [.. windows.Select((_, i) => MakeComponent(i, windows))], Draw: null);
    }

    private Component MakeComponent(int index, WindowKind[] windows)
    {
        var others = Enumerable.Range(0, windows.Length).Where(other => windows[other] == windows[index]).ToArray();
        var ofQuota = Chance(60);
        return new Component
        {
            Id = $"c{index}",
            Title = $"c{index}",
            Credit = [CreditRole.Owner],
            When = [new Matcher.OneOf("for", ["all", $"c{index}"])],
            Measure = Chance(75) ? Measure.Amount : new Measure(Chance(60) ? MeasureKind.Quantity : MeasureKind.Deals),
            Limit = Chance(15) ? 150m : null,
            Window = windows[index],
            Quota = $"q-{windows[index]}",
            Pay = MakePay(ofQuota, others),
            AtBound = Chance(30) ? BoundRule.Lower : BoundRule.Upper,
            Threshold = Chance(20) ? ofQuota ? new Bound(0.3m, true) : new Bound(70m, false) : null,
            Multipliers = [.. MakeMultipliers(others)],
            Cap = Chance(20) ? _random.Next(5, 120) : null,
            Floor = Chance(20) ? _random.Next(0, 20) : null,
        };
    }

    private Pay? MakePay(bool ofQuota, int[] others) => _random.Next(9) switch
    {
        0 => new Pay.Flat(Rate()),
        1 or 2 or 3 => new Pay.Tiered(
            [.. Rising(ofQuota ? 0.4m : 80m).Select(from => new Tier(
                new Bound(from, ofQuota), Chance(25) ? TierKind.Amount : TierKind.Rate,
                Chance(50) ? Rate() : Rate() * 4m))],
            Whole: Chance(50)),
        4 or 5 or 6 => new Pay.Curve(
            new Target(_random.Next(20, 200)), Points(), Chance(50) ? BeyondRule.Flat : BeyondRule.Continue),
        7 => new Pay.Matrix(
            new Target(50m),
            new MatrixAxis($"c{others[_random.Next(others.Length)]}", [0m, 0.5m]),
            new MatrixAxis($"c{others[_random.Next(others.Length)]}", [0.2m, 0.9m]),
            [[Rate(), Rate()], [Rate(), Rate()]]),
        _ => null,
    };

    private IEnumerable<Multiplier> MakeMultipliers(int[] others)
    {
        while (Chance(35))
        {
            var by = $"c{others[_random.Next(others.Length)]}";
            yield return _random.Next(3) switch
            {
                0 => new Multiplier.Tiered(by, Points().SetItem(0, new CurvePoint(0m, 0.5m))),
                1 => new Multiplier.Gate(by, 0.4m),
                _ => new Multiplier.Curved(by, Points(), Chance(50) ? BeyondRule.Flat : BeyondRule.Continue),
            };
        }
    }

    // Some bend down, some below zero.
    private ImmutableArray<CurvePoint> Points() =>
        [.. Rising(0.4m).Select(at => new CurvePoint(at, _random.Next(Chance(20) ? -40 : 0, 200) / 100m))];

    private ImmutableArray<decimal> Rising(decimal step)
    {
        var from = Chance(50) ? 0m : step / 2m;
        return [.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => from + (i * step * _random.Next(3, 5) / 4m))];
    }

    private decimal Rate() => decimal.Parse(
        $"0.{_random.Next(1, 40):00}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private bool Chance(int percent) => _random.Next(100) < percent;
}
