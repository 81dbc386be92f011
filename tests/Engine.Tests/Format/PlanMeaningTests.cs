namespace Commission.Engine.Tests.Format;

/// <summary>What legal documents mean.</summary>
public sealed class PlanMeaningTests
{
    internal const string Full = """
        plan: enterprise-ae
        title: Enterprise account executive
        currency: USD
        effective: 2026-01-01
        pays: quarterly
        year-starts: 4
        rounding: half-even
        components:
          - component: new-business
            title: New business
            credit: [owner, team]
            when:
              type: [new, expansion]
              strategic: true
              size: 1.50
              amount: { min: 1000 }
              credited: { min: 2026-02-01, max: 9999-12-31 }
              segment: { not: [public] }
            measure: field:points
            limit: 500000
            window: year
            quota: bookings
            tiers:
              - { from: 0%,   rate: 5% }
              - { from: 50%,  per-unit: 0.08 }
              - { from: 100%, amount: 12 }
            tiers-apply: whole
            at-bound: lower
            threshold: 40%
            gate: { component: new-business, from: 80% }
            multiplier:
              - { by: new-business, tiers: [ { from: 0%, factor: 0.8 }, { from: 90%, factor: 1 } ] }
              - { by: new-business, points: [ { at: 10%, factor: 1 } ], beyond: flat }
            cap: 250000
            floor: 0
          - component: grid
            quota: bookings
            window: year
            matrix:
              target: rep
              rows: { by: new-business, from: [0%, 90%] }
              columns: { by: grid, from: [0%, 100%, 120%] }
              pay: [[0%, 50%, 60%], [40%, 100%, 110%]]
          - component: line
            quota: bookings
            window: year
            curve: { target: 1000, points: [ { at: 0%, pay: 0% }, { at: 100%, pay: 100% } ], beyond: continue }
          - component: plain
        draw: { amount: 3000, recoverable: true }
        """;

    private static Plan Parsed
    {
        get
        {
            var parsed = PlanFormat.ParsePlan(Full);
            Assert.Empty(parsed.Problems.Where(problem => problem.Severity == ProblemSeverity.Error));
            return Assert.IsType<Plan>(parsed.Value);
        }
    }

    [Fact]
    public void ParsePlan_Head_IsAsWritten()
    {
        var plan = Parsed;

        Assert.Equal(("enterprise-ae", "Enterprise account executive"), (plan.Id, plan.Title));
        Assert.Equal(new Currency("USD", 2), plan.Currency);
        Assert.Equal(new DateOnly(2026, 1, 1), plan.Effective);
        Assert.Equal((PayFrequency.Quarterly, 4, RoundingRule.HalfEven), (plan.Pays, plan.YearStarts, plan.Rounding));
        Assert.Equal(new Draw(3000, Recoverable: true), plan.Draw);
    }

    [Fact]
    public void ParsePlan_Component_IsAsWritten()
    {
        var component = Parsed.Components[0];

        Assert.Equal([CreditRole.Owner, CreditRole.Team], component.Credit);
        Assert.Equal(new Measure(MeasureKind.Field, "points"), component.Measure);
        Assert.Equal((500000m, WindowKind.Year, "bookings"), (component.Limit, component.Window, component.Quota));
        Assert.Equal((BoundRule.Lower, new Bound(0.4m, OfQuota: true)), (component.AtBound, component.Threshold));
        Assert.Equal((250000m, 0m), (component.Cap, component.Floor));
        var tiers = Assert.IsType<Pay.Tiered>(component.Pay);
        Assert.True(tiers.Whole);
        Assert.Equal(
            [
                new Tier(new Bound(0, true), TierKind.Rate, 0.05m),
                new Tier(new Bound(0.5m, true), TierKind.PerUnit, 0.08m),
                new Tier(new Bound(1, true), TierKind.Amount, 12),
            ],
            tiers.Tiers);
    }

    [Fact]
    public void ParsePlan_When_KeepsTheTextOfValues()
    {
        var when = Parsed.Components[0].When;

        Assert.Equal(["new", "expansion"], Assert.IsType<Matcher.OneOf>(when[0]).Values);
        Assert.Equal(["true"], Assert.IsType<Matcher.OneOf>(when[1]).Values);
        Assert.Equal(["1.50"], Assert.IsType<Matcher.OneOf>(when[2]).Values);
        Assert.Equal(new Matcher.Between("amount", 1000, null), when[3]);
        Assert.Equal(new Matcher.CreditedBetween(new DateOnly(2026, 2, 1), new DateOnly(9999, 12, 31)), when[4]);
        Assert.Equal(["public"], Assert.IsType<Matcher.NoneOf>(when[5]).Values);
    }

    [Fact]
    public void ParsePlan_GateWrittenFirst_StillAppliesAfterMultipliers()
    {
        var multipliers = Parsed.Components[0].Multipliers;

        Assert.Equal(3, multipliers.Length);
        var tiered = Assert.IsType<Multiplier.Tiered>(multipliers[0]);
        Assert.Equal([new CurvePoint(0, 0.8m), new CurvePoint(0.9m, 1)], tiered.Tiers);
        Assert.IsType<Multiplier.Curved>(multipliers[1]);
        Assert.Equal(new Multiplier.Gate("new-business", 0.8m), multipliers[2]);
    }

    [Fact]
    public void ParsePlan_MatrixAndCurve_AreAsWritten()
    {
        var matrix = Assert.IsType<Pay.Matrix>(Parsed.Components[1].Pay);
        var curve = Assert.IsType<Pay.Curve>(Parsed.Components[2].Pay);

        Assert.Equal(new Target(null), matrix.Target);
        Assert.Equal([0m, 0.9m], matrix.Rows.From);
        Assert.Equal("grid", matrix.Columns.By);
        Assert.Equal([0.4m, 1m, 1.1m], matrix.Cells[1]);
        Assert.Equal((new Target(1000), BeyondRule.Continue), (curve.Target, curve.Beyond));
        Assert.Equal([new CurvePoint(0, 0), new CurvePoint(1, 1)], curve.Points);
    }

    [Fact]
    public void ParsePlan_LeftOut_TakesDefaults()
    {
        var component = Parsed.Components[3];

        Assert.Equal(
            ("plain", WindowKind.Quarter, BoundRule.Upper), (component.Title, component.Window, component.AtBound));
        Assert.Equal([CreditRole.Owner], component.Credit);
        Assert.Equal(Measure.Amount, component.Measure);
        Assert.Null(component.Pay);
        Assert.Null(component.Cap);
    }

    [Fact]
    public void ParseAssignment_Quotas_AreOfAllThreeKinds()
    {
        const string Text = """
            plan: ae
            from: 2026-01-01
            quotas:
              a: { window: year, amount: 1200000 }
              b: { window: quarter, amounts: { 2026-Q1: 100000, 2026-Q2: '200000' } }
              c: { window: quarter, yearly: 1200000, spread: [20%, 25%, 25%, 30%] }
              d: { window: month, yearly: 12 }
            targets: { new-business: 60000 }
            prorate: days
            """;

        var assignment = Assert.IsType<Assignment>(PlanFormat.ParseAssignment(Text).Value);

        Assert.Equal(new Quota.Same(WindowKind.Year, 1200000), assignment.Quotas["a"]);
        Assert.Equal(200000, Assert.IsType<Quota.Named>(assignment.Quotas["b"]).Amounts["2026-Q2"]);
        Assert.Equal([0.2m, 0.25m, 0.25m, 0.3m], Assert.IsType<Quota.Yearly>(assignment.Quotas["c"]).Shares);
        Assert.Empty(Assert.IsType<Quota.Yearly>(assignment.Quotas["d"]).Shares);
        Assert.Equal((60000m, Proration.Days), (assignment.Targets["new-business"], assignment.Prorate));
        Assert.Null(assignment.To);
    }

    [Fact]
    public void ParseRep_Assignments_AreOrderedByDay()
    {
        const string Text = """
            rep: kary
            name: Kary
            manager: lee
            assignments:
              - { plan: b, from: 2026-07-01 }
              - { plan: a, from: 2026-01-01, to: 2026-06-30 }
            """;

        var parsed = PlanFormat.ParseRep(Text);

        Assert.Empty(parsed.Problems);
        var rep = Assert.IsType<RepDocument>(parsed.Value);
        Assert.Equal(("kary", "Kary", "lee"), (rep.Rep, rep.Name, rep.Manager));
        Assert.Equal(["a", "b"], rep.Assignments.Select(assignment => assignment.Plan), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("1200000", "1200000")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("5%", "0.05")]
    [InlineData("-12.5%", "-0.125")]
    [InlineData("100%", "1")]
    [InlineData("00012.3400", "12.34")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    public void Read_Number_IsExact(string text, string expected)
    {
        Assert.Null(NumberText.Read(text, out var value, out var percent));
        Assert.Equal(expected, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(text.EndsWith('%'), percent);
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("tires", "tiers", 1)]
    [InlineData("rtae", "rate", 1)]
    [InlineData("", "cap", 3)]
    public void Edits_TwoWords_AreCounted(string from, string to, int edits) =>
        Assert.Equal(edits, Nearest.Edits(from, to));
}
