namespace Commission.Engine.Tests.Rules;

public sealed class CurrencyRatesTests
{
    private static readonly DateOnly January = new(2026, 1, 1);
    private static readonly CurrencyRates Rates = new([
        new CurrencyRate("EUR", "USD", January.AddDays(40), 1.2m), new CurrencyRate("EUR", "USD", January, 1.1m)]);

    [Theory]
    [InlineData("EUR", "USD", -1, null)]
    [InlineData("EUR", "USD", 0, "1.1")]
    [InlineData("EUR", "USD", 39, "1.1")]
    [InlineData("EUR", "USD", 40, "1.2")]
    [InlineData("EUR", "USD", 4000, "1.2")]
    [InlineData("USD", "EUR", 40, null)]
    [InlineData("JPY", "JPY", -500, "1")]
    public void Find_Day_IsTheLastRateOfThePairUntilThen(string from, string to, int day, string? rate)
    {
        var expected = rate is null ? (decimal?)null : decimal.Parse(rate, null);
        Assert.Equal(expected, Rates.Find(from, to, January.AddDays(day)));
    }

    [Fact]
    public void FindRate_BetweenTwo_SaysSinceWhenItIsInForce()
    {
        Assert.Equal(January, Rates.FindRate("EUR", "USD", January.AddDays(39))!.Value.Day);
        Assert.Null(Rates.FindRate("EUR", "USD", January.AddDays(-1)));
        Assert.Null(Rates.FindRate("USD", "USD", January));
    }

    [Fact]
    public void With_RateOfAKnownDay_StandsForItAndLeavesTheOriginal()
    {
        var more = Rates.With(
            [new CurrencyRate("EUR", "USD", January, 1.15m), new CurrencyRate("GBP", "USD", January, 1.3m)]);

        Assert.Equal(1.15m, more.Find("EUR", "USD", January));
        Assert.Equal(1.2m, more.Find("EUR", "USD", January.AddDays(40)));
        Assert.Equal(1.3m, more.Find("GBP", "USD", January));
        Assert.Equal(1.1m, Rates.Find("EUR", "USD", January));
        Assert.Null(Rates.Find("GBP", "USD", January));
    }
}
