using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Rules;

/// <summary>What one component pays for a credited total, row by row. The quota is 1,000 a month.</summary>
public sealed class PayTests
{
    private const string Marginal =
        "tiers: [ { from: 0%, rate: 5% }, { from: 50%, rate: 8% }, { from: 100%, rate: 12% } ]";

    private const string Whole = Marginal + "\n    tiers-apply: whole";

    private const string Steps =
        "tiers: [ { from: 100, amount: 10 }, { from: 200, per-unit: 0.5 }, { from: 400, amount: 70 } ]";

    private const string Curve =
        "curve: { target: 300, points: [ { at: 20%, pay: 10% }, { at: 100%, pay: 100% } ] }";

    private const string Beyond =
        "curve: { target: 300, beyond: continue, points: [ { at: 20%, pay: 10% }, { at: 100%, pay: 100% } ] }";

    private const string Gate = "rate: 10%\n    gate: { component: c, from: 80% }";

    private const string Lines =
        "rate: 10%\n    multiplier: { by: c, points: [ { at: 50%, factor: 0.5 }, { at: 100%, factor: 1 } ] }";
    private const string Matrix =
        "matrix: { target: 200, rows: { by: c, from: [0%, 90%] }, columns: { by: c, from: [50%, 100%] }, " +
        "pay: [[10%, 50%], [40%, 100%]] }";

    [Theory]
    [InlineData("rate: 10%", "1234.56", "123.46")]
    [InlineData("rate: 10%", "-500", "0")]
    [InlineData("per-unit: 0.005", "3", "0.02")]
    [InlineData("per-unit: 0.005", "1", "0.01")]
    [InlineData(Marginal, "500", "25")]
    [InlineData(Marginal, "499.99", "25.00")]
    [InlineData(Marginal, "1000", "65")]
    [InlineData(Marginal, "1500", "125")]
    [InlineData(Whole, "499", "24.95")]
    [InlineData(Whole, "500", "40")]
    [InlineData(Whole + "\n    at-bound: lower", "500", "25")]
    [InlineData(Whole, "1000", "120")]
    [InlineData(Steps, "99", "0")]
    [InlineData(Steps, "100", "10")]
    [InlineData(Steps + "\n    at-bound: lower", "100", "0")]
    [InlineData(Steps, "300", "60")]
    [InlineData(Steps, "400", "180")]
    [InlineData(Steps + "\n    tiers-apply: whole", "300", "150")]
    [InlineData(Steps + "\n    tiers-apply: whole", "500", "70")]
    [InlineData(Curve, "199", "0")]
    [InlineData(Curve, "200", "30")]
    [InlineData(Curve, "600", "165")]
    [InlineData(Curve, "2000", "300")]
    [InlineData(Beyond, "2000", "637.5")]
    [InlineData(Matrix, "400", "0")]
    [InlineData(Matrix, "500", "20")]
    [InlineData(Matrix, "900", "80")]
    [InlineData(Matrix, "1000", "200")]
    [InlineData(Gate, "799.99", "0")]
    [InlineData(Gate, "800", "80")]
    [InlineData(Gate + "\n    at-bound: lower", "800", "0")]
    [InlineData(Lines, "100", "5")]
    [InlineData(Lines, "750", "56.25")]
    [InlineData(Lines, "3000", "300")]
    [InlineData("rate: 10%\n    threshold: 40%", "399.99", "0")]
    [InlineData("rate: 10%\n    threshold: 40%", "400", "40")]
    [InlineData("rate: 10%\n    threshold: 300", "300", "30")]
    [InlineData("rate: 10%\n    cap: 50", "700", "50")]
    [InlineData("rate: 10%\n    floor: 20", "50", "20")]
    [InlineData("rate: 10%\n    floor: 20", "-50", "20")]
    [InlineData("rate: 10%\n    threshold: 40%\n    floor: 20", "50", "20")]
    [InlineData("rate: 10%\n    limit: 300", "500", "30")]
    [InlineData("measure: deals\n    per-unit: 7", "500", "7")]
    public void Component_Credited_Pays(string component, string credited, string pays)
    {
        var books = Books($"quota: q\n    {component}");
        books.Apply(Deal("d", credited));
        Assert.Equal(Number(pays), books.EarnedBy("d")!.Total);
        Assert.Equal(Number(pays), books.Estimate(Day)!.Components[0].Earned);
        var trace = books.Explain("c", "2026-03")!;
        Assert.Equal(trace.Earned, trace.Lines.Aggregate(Exact.Zero, (sum, line) => sum + line.Effect).ToDecimal());
    }

    [Theory]
    [InlineData("quota: none\n    threshold: 40%\n    rate: 10%\n    floor: 5", Notices.NoQuota)]
    [InlineData(
        "quota: q\n    curve: { target: rep, points: [ { at: 0%, pay: 0% }, { at: 100%, pay: 100% } ] }",
        Notices.NoTarget)]
    public void Component_LacksQuotaOrTarget_PaysNothingAndSaysSo(string component, Notices notices)
    {
        var books = Books(component);
        books.Apply(Deal("d", "500"));
        var estimate = books.Estimate(Day)!.Components[0];
        Assert.Equal((0m, notices), (estimate.Earned, estimate.Notices));
    }

    [Fact]
    public void Deal_CurrencyWithoutRate_Counts0WithNotice()
    {
        var books = Books("quota: q\n    rate: 10%");
        books.Apply(Deal("d", "500"));
        var foreign = Deal("e", "700");
        books.Apply(foreign with { Deal = foreign.Deal with { Currency = "CHF" } });
        Assert.Equal(new ComponentEarning("c", 0m, 0m, Notices.NoRate), books.EarnedBy("e")!.Components[0]);
        Assert.Equal(Notices.NoRate, books.Estimate(Day)!.Components[0].Notices);
        Assert.Equal(Notices.None, books.EarnedBy("d")!.Components[0].Notices);
        Assert.Equal(["no-rate"], Notices.NoRate.Names());
    }

    [Fact]
    public void Deal_CurrencyWithRate_CountsAtTheRateInForceUnrounded()
    {
        var rates = new CurrencyRates([new("CHF", "USD", Day, 1.1115m), new("CHF", "USD", Day.AddDays(1), 2m)]);
        var books = Books("quota: q\n    rate: 100%", rates);
        var foreign = Deal("e", "0.99");
        books.Apply(foreign with { Deal = foreign.Deal with { Currency = "CHF" } });
        Assert.Equal(new ComponentEarning("c", 1.100385m, 1.10m, Notices.None), books.EarnedBy("e")!.Components[0]);
    }

    [Fact]
    public void Explain_TiersAndModifiers_TellsEachStep()
    {
        var books = Books($"quota: q\n    {Marginal}\n    threshold: 40%\n    cap: 60\n    multiplier: " +
            "{ by: c, tiers: [ { from: 0%, factor: 0.8 }, { from: 90%, factor: 1.25 } ] }");
        books.Apply(Deal("d", "900.01"));
        Assert.Equal(
            """
            credited USD 900.01 from 1 deal
            quota USD 1,000.00 a month
            attainment 90.001%: 900.01 of 1,000
            tier 1 (0 to 500; 0% to 50% of quota): 500 × 5% = 25.00
            tier 2 (500 to 1,000; 50% to 100% of quota): 400.01 × 8% = 32.0008
            threshold 40% of quota, 400, is reached
            multiplier, own attainment at 90.001% (900.01 of 1,000), tier from 90%: 57.0008 × 1.25 = 71.251
            cap USD 60.00 cuts 71.251 to 60.00
            earned USD 60.00
            """.ReplaceLineEndings("\n"),
            string.Join('\n', books.Explain("c", Day)!.Lines.Select(line => line.Text)));
    }

    [Theory]
    [InlineData(Marginal, "300", "500 200 0 0.08")]
    [InlineData(Whole, "300", "500 200 15 0.08")]
    [InlineData(Steps, "150", "200 50 0 0.5")]
    [InlineData(Steps, "300", "400 100 70 0")]
    [InlineData(Curve, "100", "200 100 30 0.3375")]
    [InlineData(Curve, "200", "1000 800 0 0")]
    [InlineData(Beyond, "200", "1000 800 0 0.3375")]
    [InlineData(Marginal, "1000", "")]
    [InlineData("rate: 1%", "1000", "")]
    public void Estimate_NextTier_SaysHowFarAndWhatItPays(string component, string credited, string next)
    {
        var books = Books($"quota: q\n    {component}");
        books.Apply(Deal("d", credited));
        var found = books.Estimate(Day)!.Components[0].Next;
        Assert.Equal(next, found is { } tier
            ? string.Join(' ', new[] { tier.At, tier.Distance, tier.Jump, tier.UnitPays }.Select(
                value => new Exact(value).ToString()))
            : string.Empty);
    }

    internal static readonly DateOnly Day = new(2026, 3, 10);

    internal static RepBooks Books(string component, CurrencyRates? rates = null)
    {
        var plan = PlanFormat.ParsePlan(
            "plan: p\ncurrency: USD\neffective: 2026-01-01\npays: monthly\ncomponents:\n" +
            $"  - component: c\n    {component}\n");
        Assert.DoesNotContain(plan.Problems, problem => problem.Severity == ProblemSeverity.Error);
        var quotas = ImmutableDictionary<string, Quota>.Empty.Add("q", new Quota.Same(WindowKind.Month, 1000m));
        var assignment = new Assignment(
            "p", new DateOnly(2026, 1, 1), null, quotas, ImmutableDictionary<string, decimal>.Empty, Proration.None);
        return new RepBooks([new PlanAssignment(assignment, [plan.Value!])], rates ?? CurrencyRates.None);
    }

    internal static DealCredit Deal(string id, string amount, DateOnly? day = null) => new(
        new Deal { Id = id, Credited = day ?? Day, Amount = Number(amount) }, [new RoleShare(CreditRole.Owner, 1m)]);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
