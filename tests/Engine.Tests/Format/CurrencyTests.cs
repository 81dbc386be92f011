namespace Commission.Engine.Tests.Format;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("USD", 2)]
    [InlineData("EUR", 2)]
    [InlineData("CNY", 2)]
    [InlineData("JPY", 0)]
    [InlineData("KRW", 0)]
    [InlineData("CLP", 0)]
    [InlineData("KWD", 3)]
    [InlineData("BHD", 3)]
    [InlineData("CLF", 4)]
    [InlineData("UYW", 4)]
    public void TryGet_CodeInUse_HasItsDigits(string code, int digits)
    {
        Assert.True(Currency.TryGet(code, out var currency));
        Assert.Equal(new Currency(code, digits), currency);
    }

    [Theory]
    [InlineData("usd")]
    [InlineData("XAU")]
    [InlineData("XXX")]
    [InlineData("DEM")]
    [InlineData("")]
    public void TryGet_CodeNotInUse_IsRefused(string code) => Assert.False(Currency.TryGet(code, out _));

    [Fact]
    public void Codes_All_AreThreeCapitals() =>
        Assert.All(Currency.Codes, code => Assert.True(code.Length == 3 && code.All(char.IsAsciiLetterUpper), code));
}
