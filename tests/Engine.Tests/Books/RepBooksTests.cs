using System.Collections.Immutable;
using Commission.Engine.Tests.Rules;

namespace Commission.Engine.Tests.Books;

public sealed class RepBooksTests
{
    private static readonly DateOnly January = new(2026, 1, 1);

    [Fact]
    public void Apply_OpenWonCancelled_MovesBetweenPipelineAndEarnings()
    {
        var books = PayTests.Books("rate: 10%");
        var won = PayTests.Deal("d", "500");
        books.Apply(won with { Deal = won.Deal with { Status = DealStatus.Open } });
        Assert.Equal((0, 1, false), (books.DealCount, books.Pipeline.Count, books.Contains("d")));
        books.Apply(won);
        books.Apply(won);
        Assert.Equal((1, 0, true), (books.DealCount, books.Pipeline.Count, books.Contains("d")));
        Assert.Equal(50m, books.EarnedBy("d")!.Total);
        books.Apply(won with { Deal = won.Deal with { Status = DealStatus.Cancelled } });
        Assert.Equal((0, 0), (books.DealCount, books.Pipeline.Count));
        Assert.Null(books.EarnedBy("d"));
        books.Apply(won);
        books.Apply(won with { Roles = [] });
        Assert.Equal(0m, books.Estimate(PayTests.Day)!.Statement.Earned);
    }

    [Fact]
    public void Apply_OpenDeal_IsKeptWithTheFieldsThatPlansAskFor()
    {
        var books = PayTests.Books("rate: 10%\n    when: { region: north }");
        var open = PayTests.Deal("d", "500");
        open = open with
        {
            Deal = open.Deal with
            {
                Status = DealStatus.Open,
                Currency = "USD",
                Margin = 5m,
                Probability = 0.5m,
                Fields = open.Deal.Fields.Add("region", "north").Add("order", "SO-1"),
            },
        };

        books.Apply(open);

        var kept = Assert.Single(books.Pipeline);
        Assert.Equal([new("region", "north")], kept.Deal.Fields);
        Assert.Equal(open.Deal with { Fields = kept.Deal.Fields, Owners = kept.Deal.Owners }, kept.Deal);
        Assert.Equal(open.Roles, kept.Roles.AsEnumerable());
        Assert.Equal(50m, books.ForecastPipeline(PayTests.Day, PayTests.Day, new(PayTests.Day))[0].Earned.AllClose);
    }

    [Fact]
    public void Apply_DealOutsideEveryAssignment_IsUnassigned()
    {
        var books = PayTests.Books("rate: 10%");
        books.Apply(PayTests.Deal("b", "500", January.AddDays(-1)));
        books.Apply(PayTests.Deal("a", "500", January.AddDays(-1)));
        Assert.Equal(["a", "b"], books.Unassigned);
        Assert.Equal((null, 0m), (books.EarnedBy("a")!.Plan, books.EarnedBy("a")!.Total));
        Assert.Null(books.Estimate(January.AddDays(-1)));
        Assert.Null(books.Preview(PayTests.Deal("c", "1", January.AddDays(-1))).Deal.Plan);
    }

    [Fact]
    public void EarnedBy_DealsOfOneDay_AreOrderedById()
    {
        var books = PayTests.Books("tiers: [ { from: 0, rate: 10% }, { from: 100, rate: 50% } ]");
        foreach (var id in new[] { "b", "a", "B" })
        {
            books.Apply(PayTests.Deal(id, "100"));
        }

        Assert.Equal(["B", "a", "b"], books.Deals());
        Assert.Equal([10m, 50m, 50m], books.Deals().Select(deal => books.EarnedBy(deal)!.Total));
    }

    [Fact]
    public void Preview_EarlierDeal_SaysWhatItChangesForLaterOnes()
    {
        var books = PayTests.Books("tiers: [ { from: 0, rate: 10% }, { from: 100, rate: 50% } ]");
        books.Apply(PayTests.Deal("late", "100"));
        var preview = books.Preview(PayTests.Deal("early", "100", PayTests.Day.AddDays(-1)));
        Assert.Equal((10m, 50m), (preview.Deal.Total, preview.Change));
        Assert.Equal((0m, 10m), (preview.Traces[0].Before.Earned, preview.Traces[0].After.Earned));
        Assert.Equal(1, books.DealCount);
    }

    [Fact]
    public void Versions_InsideAWindow_CarryTotalsAndKeepWhatWasEarned()
    {
        var books = Versioned();
        books.Apply(PayTests.Deal("a", "1000", new DateOnly(2026, 2, 1)));
        books.Apply(PayTests.Deal("b", "1000", new DateOnly(2026, 8, 1)));
        Assert.Equal(100m, books.EarnedBy("a")!.Total);
        Assert.Equal(500m, books.EarnedBy("b")!.Total);
        var estimate = books.Estimate(new DateOnly(2026, 8, 1))!;
        Assert.Equal((new DateOnly(2026, 7, 1), 2000m, 600m),
            (estimate.Version, estimate.Components[0].Credited, estimate.Components[0].Earned));
        var trace = books.Explain("c", "2026")!;
        Assert.Equal(600m, trace.Earned);
        Assert.Equal(100m - 500m, trace.Lines.Single(line => line.Step == TraceStep.CarriedOver).Effect.ToDecimal());
        Assert.Equal([new EarnedSum("p", estimate.Currency, 500m)],
            books.EarnedBetween(new DateOnly(2026, 7, 1), new DateOnly(2026, 12, 31)));
        Assert.Equal([new CreditedSum("p", "c", 1000m)], books.CreditedBetween(January, new DateOnly(2026, 6, 30)));
    }

    [Theory]
    [InlineData("true", "100 100 0;0 100 100;400 300 0")]
    [InlineData("false", "100 100 0;0 100 0;400 400 0")]
    public void Statements_WithDraw_PayTheDrawAndRecoverIt(string recoverable, string expected)
    {
        var books = PayTests.Books($"rate: 10%\ndraw: {{ amount: 100, recoverable: {recoverable} }}");
        books.Apply(PayTests.Deal("a", "1000", new DateOnly(2026, 1, 5)));
        books.Apply(PayTests.Deal("c", "4000", new DateOnly(2026, 3, 5)));
        var statements = books.Statements(January, PayTests.Day);
        Assert.Equal(3, statements.Length);
        Assert.Equal(books.Estimate(PayTests.Day)!.Statement, statements[^1]);
        Assert.Equal(
            expected,
            string.Join(';', statements.Select(one => $"{one.Earned:0} {one.Paid:0} {one.DrawBalance:0}")));
    }

    [Fact]
    public void Statements_Clawback_IsCarriedForwardAndNeverPaysBelowZero()
    {
        var books = PayTests.Books("window: year\n    rate: 10%");
        books.Apply(PayTests.Deal("a", "1000", new DateOnly(2026, 1, 5)));
        books.Apply(PayTests.Deal("b", "-600", new DateOnly(2026, 2, 5)));
        books.Apply(PayTests.Deal("c", "1000", new DateOnly(2026, 3, 5)));
        var statements = books.Statements(January, PayTests.Day);
        Assert.Equal([100m, -60m, 100m], statements.Select(statement => statement.Earned));
        Assert.Equal([100m, 0m, 40m], statements.Select(statement => statement.Paid));
        Assert.Equal([0m, 60m, 0m], statements.Select(statement => statement.DrawBalance));
    }

    [Fact]
    public void Prorate_HalfAMonthAssigned_ScalesQuotaAndCapExactly()
    {
        var plan = PlanFormat.ParsePlan(
            "plan: p\ncurrency: USD\neffective: 2026-01-01\npays: monthly\ncomponents:\n" +
            "  - { component: c, quota: q, cap: 62, " +
            "tiers: [ { from: 0%, rate: 10% }, { from: 100%, rate: 20% } ] }\n").Value!;
        var assignment = new Assignment(
            "p",
            new DateOnly(2026, 3, 12),
            null,
            ImmutableDictionary<string, Quota>.Empty.Add("q", new Quota.Same(WindowKind.Month, 310m)),
            ImmutableDictionary<string, decimal>.Empty,
            Proration.Days);
        var books = new RepBooks([new PlanAssignment(assignment, [plan])], CurrencyRates.None);
        books.Apply(PayTests.Deal("a", "210", new DateOnly(2026, 3, 12)));
        var part = books.Estimate(new DateOnly(2026, 3, 12))!.Components[0];
        Assert.Equal((200m, 1.05m, 22m), (part.Quota, part.Attainment, part.Earned));
        books.Apply(PayTests.Deal("b", "1000", new DateOnly(2026, 3, 13)));
        Assert.Equal(18m, books.EarnedBy("b")!.Total);
    }

    private static RepBooks Versioned()
    {
        const string Text = "plan: p\ncurrency: USD\neffective: {0}\npays: monthly\ncomponents:\n" +
            "  - {{ component: c, window: year, rate: {1} }}\n";
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var versions = new[] { ("2026-01-01", "10%"), ("2026-07-01", "50%") }
            .Select(version => PlanFormat.ParsePlan(
                string.Format(culture, Text, version.Item1, version.Item2)).Value!);
        var assignment = new Assignment("p", January, null, ImmutableDictionary<string, Quota>.Empty,
            ImmutableDictionary<string, decimal>.Empty, Proration.None);
        return new RepBooks([new PlanAssignment(assignment, [.. versions])], CurrencyRates.None);
    }
}
