using System.Globalization;

namespace Commission.Engine.Tests.Numbers;

/// <summary>Decimals as plain digits.</summary>
public sealed class DecimalTextTests
{
    [Theory]
    [InlineData("0.000", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("100", "100")]
    [InlineData("100.00", "100")]
    [InlineData("-0.50", "-0.5")]
    [InlineData("12.0340", "12.034")]
    [InlineData("-79228162514264337593543950335", "-79228162514264337593543950335")]
    [InlineData("-7.9228162514264337593543950335", "-7.9228162514264337593543950335")]
    public void Of_Examples_ArePlainDigits(string value, string text) =>
        Assert.Equal(text, DecimalText.Of(decimal.Parse(value, CultureInfo.InvariantCulture)));
}
