namespace Commission.Engine.Tests.Tracing;

/// <summary>Why a component counts a deal as it does.</summary>
public sealed class CreditCountTests
{
    private static readonly CurrencyRates Rates =
        new([new CurrencyRate("GBP", "USD", new DateOnly(2026, 1, 1), 1.25m)]);

    [Theory]
    [InlineData("rate: 5%", "1000", CountReason.Counts, "USD 1,000.00 as owner")]
    [InlineData("rate: 5%, limit: 400", "600", CountReason.Counts,
        "USD 1,000.00 as owner, limited to 400 (a deal counts at most 400)", "400")]
    [InlineData("rate: 5%, measure: margin", "200", CountReason.Counts, "margin USD 200.00 as owner")]
    [InlineData("rate: 5%, measure: quantity", "12", CountReason.Counts, "12 units as owner")]
    [InlineData("per-unit: 5, measure: deals", "1", CountReason.Counts, "1 deal as owner")]
    [InlineData("per-unit: 5, measure: 'field:seats'", "7.5", CountReason.Counts, "7.5 seats as owner")]
    [InlineData("per-unit: 5, measure: 'field:none'", "0", CountReason.NoValue,
        "counts 0: the deal's none is missing, or is no number")]
    [InlineData("rate: 5%, credit: [overlay, team]", "0", CountReason.OtherRole,
        "not counted: credited as owner, and only overlay or team counts")]
    [InlineData("rate: 5%, when: { type: [new, expansion] }", "0", CountReason.Condition,
        "not counted: type is 'renewal', wanted 'new' or 'expansion'")]
    [InlineData("rate: 5%, when: { region: west }", "0", CountReason.Condition,
        "not counted: region is missing, wanted 'west'")]
    [InlineData("rate: 5%, when: { type: { not: [renewal, gift] } }", "0", CountReason.Condition,
        "not counted: type is 'renewal', wanted anything but 'renewal' or 'gift'")]
    [InlineData("rate: 5%, when: { amount: { min: 1500 } }", "0", CountReason.Condition,
        "not counted: amount is USD 1,000.00, wanted at least 1,500")]
    [InlineData("rate: 5%, when: { quantity: { min: 1, max: 5 } }", "0", CountReason.Condition,
        "not counted: quantity is 12, wanted 1 to 5")]
    [InlineData("rate: 5%, when: { type: { max: 5 } }", "0", CountReason.Condition,
        "not counted: type is 'renewal', wanted at most 5")]
    [InlineData("rate: 5%, when: { credited: { min: 2026-04-01 } }", "0", CountReason.Condition,
        "not counted: credited is 2026-03-10, wanted 2026-04-01 or later")]
    public void Explain_DealInPlanCurrency_SaysWhy(
        string component, string counted, CountReason reason, string text, string? instead = null)
    {
        var count = Explain(component, Deal());
        Assert.Equal((instead ?? counted, reason, text), (count.Counted.ToString(), count.Reason, count.Text));
    }

    [Theory]
    [InlineData("GBP", "rate: 5%", "1250", CountReason.Counts,
        "GBP 1,000 at 1.25 (GBP to USD, rate of 2026-01-01) = USD 1,250.00 as owner")]
    [InlineData("CHF", "rate: 5%", "0", CountReason.NoRate, "counts 0: no rate from CHF to USD on 2026-03-10")]
    [InlineData("CHF", "per-unit: 1, measure: quantity", "12", CountReason.Counts, "12 units as owner")]
    [InlineData("CHF", "rate: 5%, when: { amount: { min: 1 } }", "0", CountReason.NoRate,
        "not counted: no rate from CHF to USD on 2026-03-10, so its amount cannot be compared")]
    [InlineData("GBP", "rate: 5%, when: { currency: USD }", "0", CountReason.Condition,
        "not counted: currency is GBP, wanted 'USD'")]
    public void Explain_ForeignDeal_SaysTheRate(
        string currency, string component, string counted, CountReason reason, string text)
    {
        var deal = Deal();
        var count = Explain(component, deal with { Deal = deal.Deal with { Currency = currency } });
        Assert.Equal((counted, reason, text), (count.Counted.ToString(), count.Reason, count.Text));
    }

    [Fact]
    public void Explain_SeveralRoles_TheLargestShareCountsOnce()
    {
        var credit = Deal() with
        {
            Roles =
            [
                new RoleShare(CreditRole.Owner, 0.25m), new RoleShare(CreditRole.Overlay, 0.5m),
                new RoleShare(CreditRole.Team, 1m),
            ],
        };
        var count = Explain("rate: 5%, credit: [owner, overlay]", credit);
        Assert.Equal("USD 1,000.00 × 50% as overlay (the largest share counts; also owner 25%)", count.Text);
        Assert.Equal((CreditRole.Overlay, 0.5m, 500m), (count.Role, count.Share, count.Counted.ToDecimal()));
    }

    private static DealCount Explain(string component, DealCredit credit)
    {
        var plan = Told.Plan("2026-01-01", "", $"  - {{ component: c, {component} }}");
        return CreditCounts.Explain(plan, plan.Components[0], credit, Rates);
    }

    private static DealCredit Deal() => Told.Deal("d", "2026-03-10", "1000", deal => deal with
    {
        Margin = 200m,
        Quantity = 12m,
        Fields = deal.Fields.Add("type", "renewal").Add("seats", "7.5"),
    });
}
