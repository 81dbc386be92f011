using Commission.Client.Text;

namespace Commission.Client.Tests;

public sealed class DecimalsTests
{
    [Theory]
    [InlineData("12.34", 12, 340_000_000)]
    [InlineData("-0.000000001", 0, -1)]
    [InlineData("-12.5", -12, -500_000_000)]
    [InlineData("100.00", 100, 0)]
    [InlineData("999999999999.999999999", 999_999_999_999, 999_999_999)]
    public void ToMoney_UpToNineDecimals_IsExactBothWays(string text, long units, int nanos)
    {
        Assert.True(Decimals.TryParse(text, out var value));

        var money = Decimals.ToMoney(value, "USD")!;

        Assert.Equal((units, nanos, "USD"), (money.Units, money.Nanos, money.Currency));
        Assert.Equal(value, Decimals.FromMoney(money));
    }

    [Theory]
    [InlineData("0.0000000001")]
    [InlineData("1.1234567891")]
    public void ToMoney_MoreDecimals_Refuses(string text)
    {
        Assert.True(Decimals.TryParse(text, out var value));
        Assert.Null(Decimals.ToMoney(value, "USD"));
    }

    [Fact]
    public void ToMoney_BeyondUnits_Refuses() => Assert.Null(Decimals.ToMoney(10_000_000_000_000_000_000m, "USD"));

    [Theory]
    [InlineData("")]
    [InlineData("1,000")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("$5")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("1000000000000001")]
    public void TryParse_AnythingButAPlainNumber_Refuses(string text) => Assert.False(Decimals.TryParse(text, out _));

    [Theory]
    [InlineData("50%", "0.5")]
    [InlineData("0.25", "0.25")]
    [InlineData("33.3 %", "0.333")]
    public void TryParseShare_PercentOrFraction_IsTheFraction(string text, string expected)
    {
        Assert.True(Decimals.TryParseShare(text, out var share));
        Assert.Equal(expected, Decimals.ToText(share));
    }
}
