using Commission.Engine.Tests.Rules;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>Pay at an attainment, curves, next units and next tiers worked out by hand. The quota is 1,000.</summary>
public sealed class PayForecastTests
{
    private const string Marginal = "tiers: [ { from: 0%, rate: 5% }, { from: 50%, rate: 8% } ]";
    private const string Whole = Marginal + "\n    tiers-apply: whole";
    private const string Bonus = "tiers: [ { from: 0%, rate: 10% }, { from: 50%, amount: 70 } ]";
    private const string Gate = "rate: 10%\n    gate: { component: c, from: 80% }";

    private const string Curve =
        "curve: { target: 300, points: [ { at: 20%, pay: 10% }, { at: 100%, pay: 100% } ] }";

    private const string Lines =
        "rate: 10%\n    multiplier: { by: c, points: [ { at: 50%, factor: 0.5 }, { at: 100%, factor: 1 } ] }";

    [Theory]
    [InlineData("1", 65)]
    [InlineData("0.5", 25)]
    [InlineData("0", 0)]
    [InlineData("2", 145)]
    public void PayAt_Tiers_IsWhatTheQuotaTimesThatEarns(string attainment, int earned)
    {
        var books = PayTests.Books("quota: q\n    " + Marginal);
        books.Apply(PayTests.Deal("d", "123"));

        var found = books.PayAt(PayTests.Day, Number(attainment))!;

        Assert.Equal((decimal)earned, found.Total);
        var part = Assert.Single(found.Components);
        Assert.Equal(("c", "2026-03", 1000m), (part.Component, part.WindowName, part.Quota!.Value));
        Assert.Equal(1000m * Number(attainment), part.Credited);
        Assert.Null(books.PayAt(new DateOnly(2020, 1, 1), 1m));
    }

    [Fact]
    public void PayAt_ComponentWithoutQuota_StandsAsItDoes()
    {
        var books = PayTests.Books(
            "quota: q\n    rate: 10%\n  - { component: each, window: deal, rate: 1% }\n" +
            "  - { component: all, rate: 2% }");
        books.Apply(PayTests.Deal("d", "400"));

        var found = books.PayAt(PayTests.Day, 1m)!;

        Assert.Equal([100m, 4m, 8m], found.Components.Select(part => part.Earned));
        Assert.Equal(112m, found.Total);
    }

    [Theory]
    [InlineData(Marginal, "0:0 0.5:25 1:65")]
    [InlineData(Whole, "0:0 0.5:25 0.5:40 1:80")]
    [InlineData(Whole + "\n    at-bound: lower", "0:0 0.5:25 0.5:40 1:80")]
    [InlineData(Marginal + "\n    cap: 45", "0:0 0.5:25 0.75:45 1:45")]
    [InlineData(Marginal + "\n    floor: 10", "0:0 0:10 0.2:10 0.5:25 1:65")]
    [InlineData(Marginal + "\n    threshold: 300", "0:0 0.3:0 0.3:15 0.5:25 1:65")]
    [InlineData(Curve, "0:0 0.2:0 0.2:30 0.5:131.25 1:300")]
    [InlineData(Gate, "0:0 0.5:0 0.8:0 0.8:80 1:100")]
    [InlineData(Lines, "0:0 0.5:25 1:100")]
    public void AttainmentCurve_BendsAndJumps_AreAmongThePoints(string component, string points)
    {
        var books = PayTests.Books("quota: q\n    " + component);

        var found = books.AttainmentCurve(PayTests.Day, "c", 0m, 1m, 2);

        Assert.Equal(points, string.Join(' ', found.Select(
            point => $"{new Exact(point.Attainment)}:{new Exact(point.Earned)}")));
    }

    [Fact]
    public void AttainmentCurve_NothingToDraw_IsEmptyOrRefused()
    {
        var books = PayTests.Books("rate: 10%");
        Assert.Empty(books.AttainmentCurve(PayTests.Day, "c", 0m, 1m, 2));
        Assert.Empty(books.AttainmentCurve(PayTests.Day, "other", 0m, 1m, 2));
        Assert.Empty(books.AttainmentCurve(new DateOnly(2020, 1, 1), "c", 0m, 1m, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => books.AttainmentCurve(PayTests.Day, "c", 1m, 1m, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => books.AttainmentCurve(PayTests.Day, "c", 0m, 1m, 0));
    }

    [Theory]
    [InlineData(Marginal, "300", "0.05 0.05 0")]
    [InlineData(Marginal, "499.5", "0.065 0.05 0")]
    [InlineData(Marginal, "500", "0.08 0.08 0")]
    [InlineData(Whole, "499.5", "15.065 0.05 15")]
    [InlineData(Whole, "499", "15.05 0.05 15")]
    [InlineData(Whole + "\n    at-bound: lower", "499", "0.05 0.05 0")]
    [InlineData(Whole + "\n    at-bound: lower", "500", "15.08 0.08 15")]
    [InlineData(Bonus, "499.5", "70.05 0.1 70")]
    [InlineData(Curve, "199", "30 0 30")]
    [InlineData(Curve, "200", "0.3375 0.3375 0")]
    [InlineData(Marginal, "-5", "0 0 0")]
    [InlineData(Marginal, "-0.5", "0.025 0 0")]
    [InlineData(Gate, "799", "80 0 80")]
    [InlineData(Marginal + "\n    cap: 45", "749.5", "0.04 0.08 0")]
    [InlineData(Marginal + "\n    cap: 45", "900", "0 0 0")]
    [InlineData(Marginal + "\n    threshold: 300", "299.5", "15.025 0 15")]
    public void NextUnit_Component_PaysTheRateAndTheJump(string component, string credited, string pays)
    {
        var books = PayTests.Books("quota: q\n    " + component);
        books.Apply(PayTests.Deal("d", credited));

        var unit = books.NextUnit(PayTests.Day)!.Components.Single();

        Assert.Equal(pays, string.Join(' ', new[] { unit.Pays, unit.Rate, unit.Jump }.Select(
            figure => new Exact(figure).ToString())));
        Assert.Equal((Number(credited), unit.Pays, 0m), (unit.Credited, unit.OfMoney, unit.Others));
    }

    [Fact]
    public void NextUnit_FloorWithoutAnyCredit_PaysTheFloor()
    {
        var unit = PayTests.Books("rate: 10%\n    floor: 20").NextUnit(PayTests.Day)!.Components.Single();
        Assert.Equal((20m, 20m, 0m), (unit.Pays, unit.Jump, unit.Rate));
    }

    [Fact]
    public void NextUnit_OfMoney_SumsComponentsAndWhatItMovesInOthers()
    {
        var books = PayTests.Books(
            "quota: q\n    rate: 10%\n" +
            "  - { component: units, measure: quantity, per-unit: 3, gate: { component: c, from: 50% } }\n" +
            "  - { component: each, window: deal, rate: 1% }\n");
        var deal = PayTests.Deal("d", "499");
        books.Apply(deal with { Deal = deal.Deal with { Quantity = 7m } });

        var units = books.NextUnit(PayTests.Day)!;

        // A unit of money opens the gate: 0.10 + 21 + 0.01.
        Assert.Equal(21.11m, units.Money);
        Assert.Equal([0.1m, 21m, 0.01m], units.Components.Select(unit => unit.OfMoney));
        Assert.Equal([21m, 0m, 0m], units.Components.Select(unit => unit.Others));
        Assert.Equal([0.1m, 0m, 0.01m], units.Components.Select(unit => unit.Pays));
        Assert.Null(books.NextUnit(new DateOnly(2020, 1, 1)));
    }

    [Theory]
    [InlineData(Marginal + "\n    at-bound: lower", "500", "500 0 0 0.08")]
    [InlineData(Whole + "\n    at-bound: lower", "500", "500 0 15 0.08")]
    [InlineData(Marginal, "-200", "0 200 0 0.05")]
    [InlineData("tiers: [ { from: 10%, rate: 5% } ]", "-200", "100 300 0 0.05")]
    [InlineData(Curve, "-200", "200 400 30 0.3375")]
    public void NextTier_AtOrBelowABound_SaysHowFarFromWhatIsCredited(string component, string credited, string next)
    {
        var books = PayTests.Books("quota: q\n    " + component);
        books.Apply(PayTests.Deal("d", credited));

        var tier = books.Estimate(PayTests.Day)!.Components[0].Next!.Value;

        Assert.Equal(next, string.Join(' ', new[] { tier.At, tier.Distance, tier.Jump, tier.UnitPays }.Select(
            figure => new Exact(figure).ToString())));
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
