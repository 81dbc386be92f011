using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>A payee on a plan put together from parts, with credits and open deals. The same seed gives the same
/// world.</summary>
internal sealed class ForecastWorld
{
    public static readonly DateOnly Beginning = new(2026, 1, 1);

    private static readonly string[] PayLines =
    [
        "rate: 7.3%",
        "per-unit: 0.04",
        "tiers: [ { from: 0%, rate: 5% }, { from: 40%, rate: 9% }, { from: 100%, rate: 3% } ]",
        "tiers: [ { from: 10%, rate: 5% }, { from: 70%, amount: 90 } ]\n    tiers-apply: whole",
        "tiers: [ { from: 0, amount: 25 }, { from: 400, per-unit: 0.11 }, { from: 900, amount: 60 } ]",
        "curve: { target: 300, beyond: continue, points: [ { at: 20%, pay: 10% }, { at: 100%, pay: 100% } ] }",
        "matrix: { target: 200, rows: { by: c0, from: [0%, 60%] }, columns: { by: @, from: [30%, 90%] }, " +
            "pay: [[10%, 50%], [40%, 100%]] }",
    ];

    private static readonly string[] Modifiers =
    [
        "cap: 61", "floor: 12", "threshold: 35%", "threshold: 250", "at-bound: lower",
        "multiplier: { by: c0, tiers: [ { from: 0%, factor: 0.8 }, { from: 50%, factor: 1.3 } ] }",
        "multiplier: { by: @, points: [ { at: 25%, factor: 0.5 }, { at: 100%, factor: 1.5 } ] }",
        "gate: { component: c0, from: 45% }",
    ];

    private readonly Random _random;
    private readonly int _digits;

    public ForecastWorld(int seed, int openDeals, int digits = 2)
    {
        _digits = digits;
        _random = new Random(seed);
        Assignments = [MakeAssignment()];
        Credits =
        [
            .. Enumerable.Range(0, _random.Next(0, 9)).Select(index => Deal($"w{index}", DealStatus.Won)),
            .. Enumerable.Range(0, openDeals).Select(index => Deal($"{Pick("a", "z")}{index}", DealStatus.Open)),
        ];
    }

    public PlanAssignment[] Assignments { get; }

    public DealCredit[] Credits { get; }

    public BruteForce Brute => new(Assignments, CurrencyRates.None, Credits);

    public DateOnly AnyDay() => Beginning.AddDays(_random.Next(0, 240));

    private static Plan Parse(string text)
    {
        var plan = PlanFormat.ParsePlan(text);
        Assert.True(plan.IsValid, text + string.Join('\n', plan.Problems));
        return plan.Value!;
    }

    private PlanAssignment MakeAssignment()
    {
        var windows = Enumerable.Range(0, 3)
            .Select(_ => Pick("month", "quarter", "year", "deal")).ToArray();
        windows[1] = Chance(60) ? windows[0] : windows[1];
        var pays = Pick("monthly", "quarterly");
        var versions = ImmutableArray.Create(MakePlan(Beginning, pays, windows));
        if (Chance(35))
        {
            versions = versions.Add(MakePlan(Beginning.AddDays(_random.Next(40, 160)), pays, windows));
        }

        var quotas = Enum.GetValues<WindowKind>().ToImmutableDictionary(
            kind => $"q-{kind}".ToLowerInvariant(), Quota (kind) => new Quota.Same(kind, _random.Next(400, 3000)));
        var from = Chance(75) ? Beginning.AddDays(_random.Next(0, 45)) : default(DateOnly?);
        DateOnly? to = Chance(20) ? Beginning.AddDays(_random.Next(120, 220)) : null;
        return new PlanAssignment(
            new Assignment("p", from, to, quotas, ImmutableDictionary<string, decimal>.Empty,
                Chance(40) ? Proration.Days : Proration.None),
            versions);
    }

    private Plan MakePlan(DateOnly effective, string pays, string[] windows)
    {
        var text = $"plan: p\ncurrency: USD\neffective: {effective:yyyy-MM-dd}\npays: {pays}\n" +
            (Chance(60) ? $"draw: {{ amount: {_random.Next(5, 80)}, recoverable: true }}\n" : "") + "components:\n";
        for (var i = 0; i < windows.Length; i++)
        {
            // What goes by another component needs one with the same window.
            var by = windows[i] == windows[0] ? "c0" : $"c{i}";
            var lines = new[] { Pick(PayLines) }.Concat(Modifiers.Where(_ => Chance(12)))
                .DistinctBy(line => line.Split(':')[0])
                .Select(line => line.Replace("c0", by).Replace("@", $"c{i}"));
            text += $"  - component: c{i}\n    window: {windows[i]}\n" +
                $"    quota: q-{windows[i]}\n" +
                $"    measure: field:m{i}\n    when: {{ m{i}: {{ min: -100000 }} }}\n" +
                string.Concat(lines.Select(line => $"    {line}\n"));
        }

        return Parse(text) with { Currency = new Currency("USD", _digits) };
    }

    private DealCredit Deal(string id, DealStatus status)
    {
        var fields = Enumerable.Range(0, 3).Where(_ => Chance(80)).ToImmutableSortedDictionary(
            index => $"m{index}",
            _ => (Chance(50) ? _random.Next(1, 9) * 100 : _random.Next(-200, 900)).ToString(
                CultureInfo.InvariantCulture));
        var deal = new Deal
        {
            Id = id,
            Credited = AnyDay(),
            Status = status,
            Fields = fields,
            Probability = status != DealStatus.Open || Chance(15) ? null : _random.Next(0, 21) / 20m,
        };
        return new DealCredit(deal, [new RoleShare(CreditRole.Owner, Pick(1m, 1m, 0.5m))]);
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];
}
