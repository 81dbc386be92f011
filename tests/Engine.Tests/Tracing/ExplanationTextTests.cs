using System.Globalization;

namespace Commission.Engine.Tests.Tracing;

/// <summary>What people read.</summary>
public sealed class ExplanationTextTests
{
    private const string Tiers =
        "  - { component: new, title: New business, window: year, quota: bookings, tiers: " +
        "[ { from: 0%, rate: 5% }, { from: 50%, rate: 8% }, { from: 100%, rate: 12% } ] }";

    private const string Quota = "from: 2026-01-01\nquotas: { bookings: { window: year, amount: 100000 } }";

    [Fact]
    public void Window_DealsAndTiers_AreListedWithWhatTheyAddUpTo()
    {
        var books = Told.Books(Tiers, "", Quota);
        var options = Told.Apply(books,
            Told.Deal("a", "2026-01-15", "40000.1"),
            Told.Deal("b", "2026-02-15", "90000", null, new RoleShare(CreditRole.Owner, 0.5m)),
            Told.Deal("c", "2026-02-16", "70000", null, new RoleShare(CreditRole.Team, 1m)));
        Assert.Equal(Told.Text(ExpectedTexts.WindowWithDeals), books.ExplainWindow("new", "2026", options)!.ToText());
    }

    [Fact]
    public void Window_MoreDealsThanAsked_SumsTheRest()
    {
        var books = Told.Books(Tiers, "", Quota);
        var credits = Enumerable.Range(1, 1200)
            .Select(day => Told.Deal($"d{day:0000}", "2026-01-15", day.ToString(CultureInfo.InvariantCulture)));
        var options = Told.Apply(books, [.. credits]) with { Most = 2 };
        var lines = books.ExplainWindow("new", "2026", options)!.Lines[0].Detail!.Lines;
        Assert.Equal(
            ["d1199, 2026-01-15: USD 1,199.00 as owner", "d1200, 2026-01-15: USD 1,200.00 as owner",
                "and 1,198 more deals"],
            lines.Select(line => line.Text));
        Assert.Equal(718_201m, lines[^1].Effect.ToDecimal());
    }

    [Fact]
    public void Statement_SecondMonthOfAYear_TakesWhatWasEarnedBeforeAndSettlesTheDraw()
    {
        var books = Told.Books(Tiers, "draw: { amount: 3000, recoverable: true }", Quota);
        var options = Told.Apply(books,
            Told.Deal("a", "2026-01-15", "40000"), Told.Deal("b", "2026-02-15", "90000"));
        Assert.Equal(
            Told.Text(ExpectedTexts.StatementWithDraw),
            books.ExplainStatement(new DateOnly(2026, 1, 1), options)!.ToText());
        Assert.Equal(
            Told.Text(ExpectedTexts.StatementRecovering),
            books.ExplainStatement(new DateOnly(2026, 2, 28), options)!.ToText());
    }

    [Fact]
    public void Statement_Clawback_SaysWhatIsCarriedForward()
    {
        var books = Told.Books("  - { component: c, title: Sales, window: year, rate: 10% }");
        var options = Told.Apply(books,
            Told.Deal("a", "2026-01-15", "1000"), Told.Deal("b", "2026-02-15", "-600"));
        Assert.Equal(
            Told.Text(ExpectedTexts.StatementOfClawback),
            books.ExplainStatement(new DateOnly(2026, 2, 1), options)!.ToText());
    }

    [Fact]
    public void Deal_MovesTiersAndAMultiplier_SaysWhatEachAdds()
    {
        var books = Told.Books(
            "  - { component: c, title: Sales, quota: q, tiers: [ { from: 0, rate: 5% }, { from: 2000, rate: 8% } ], " +
            "multiplier: { by: c, tiers: [ { from: 0%, factor: 1 }, { from: 100%, factor: 1.1 } ] } }",
            "", "from: 2026-01-01\nquotas: { q: { window: month, amount: 4000 } }");
        var options = Told.Apply(books,
            Told.Deal("a", "2026-01-15", "1200.2"), Told.Deal("b", "2026-01-16", "3000"));
        Assert.Equal(Told.Text(ExpectedTexts.DealAcrossTiers), books.ExplainEarnedBy("b", options)!.ToText());
    }

    [Fact]
    public void Window_PlanChangedInside_SaysWhatIsCarriedOver()
    {
        var books = Told.Books(
            "  - { component: c, title: Sales, window: year, rate: 10% }", "", "from: 2026-01-01",
            "2026-07-01   - { component: c, title: Sales, window: year, rate: 50% }");
        var options = Told.Apply(books,
            Told.Deal("a", "2026-02-01", "1000"), Told.Deal("b", "2026-08-01", "1000"));
        Assert.Equal(Told.Text(ExpectedTexts.WindowCarriedOver), books.ExplainWindow("c", "2026", options)!.ToText());
    }

    [Theory]
    [InlineData("window: year, amount: 1200", "quota USD 1,200.00 a year × 184 of 365 days (2026-07-01 to " +
        "2026-12-31) = 604.9315…")]
    [InlineData("window: year, amounts: { 2026: 365, 2027: 9 }", "quota USD 365.00 for 2026 × 184 of 365 days " +
        "(2026-07-01 to 2026-12-31) = 184")]
    [InlineData("window: quarter, yearly: 1000, spread: [20%, 25%, 25%, 30%]", "quota USD 1,000.00 a year × 25% for " +
        "2026-Q3 = 250")]
    [InlineData("window: quarter, yearly: 1000", "quota USD 1,000.00 a year × 1/4 for 2026-Q3 = 250")]
    [InlineData("window: month, amount: 31", "quota USD 31.00 a month")]
    public void Quota_AnyKind_IsDerivedInOneLine(string quota, string text)
    {
        var window = quota.Split([' ', ','])[1];
        var books = Told.Books(
            $"  - {{ component: c, window: {window}, quota: q, rate: 10% }}", "",
            $"from: 2026-07-01\nprorate: days\nquotas: {{ q: {{ {quota} }} }}");
        Told.Apply(books, Told.Deal("a", "2026-08-01", "50"));
        var explanation = books.ExplainWindow("c", new DateOnly(2026, 8, 1))!;
        var line = Assert.Single(explanation.Lines, line => line.Step == TraceStep.Quota);
        Assert.Equal(text, line.Text);
        Assert.Equal(line.Quantity, line.Detail!.Figure);
    }

    [Fact]
    public void Credited_NothingInTheWindow_IsNoText()
    {
        var books = Told.Books(Tiers, "", Quota);
        var options = Told.Apply(books, Told.Deal("a", "2027-01-15", "40000"));
        var detail = books.ExplainWindow("new", "2026", options)!.Lines[0].Detail!;
        Assert.Equal("", detail.ToText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public void Row_LongNameWithoutSpaces_IsCutBetweenCharacters(string start)
    {
        var title = start + string.Concat(Enumerable.Repeat("🙂", 90));
        var books = Told.Books($"  - {{ component: c, title: {title}, window: year, rate: 10% }}");
        var options = Told.Apply(books, Told.Deal("a", "2026-01-15", "1000"));
        var text = books.ExplainStatement(new DateOnly(2026, 1, 31), options)!.ToText();
        Assert.DoesNotContain(text.EnumerateRunes(), rune => rune == System.Text.Rune.ReplacementChar);
    }
}
