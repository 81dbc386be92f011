using System.Globalization;

namespace Commission.Engine.Tests.Tracing;

/// <summary>Numbers in explanations.</summary>
public sealed class GroupedTextTests
{
    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("0", 2, "0.00")]
    [InlineData("-0.5", 0, "-0.5")]
    [InlineData("999", 0, "999")]
    [InlineData("1000", 0, "1,000")]
    [InlineData("-1234567.891", 2, "-1,234,567.891")]
    [InlineData("12.500000", 0, "12.5")]
    [InlineData("0.000001", 0, "0.000001")]
    [InlineData("9223372036854775807", 0, "9,223,372,036,854,775,807")]
    [InlineData("123456789012345678901.5", 3, "123,456,789,012,345,678,901.500")]
    public void Of_Examples_AreGrouped(string value, int least, string text) =>
        Assert.Equal(text, GroupedText.Of(decimal.Parse(value, CultureInfo.InvariantCulture), least));

    [Fact]
    public void Of_AnyDecimal_IsWhatTheFrameworkFormats()
    {
        var random = new Random(17);
        for (var i = 0; i < 20_000; i++)
        {
            var digits = random.NextInt64(long.MaxValue) >> random.Next(63);
            var (low, high) = unchecked(((int)digits, (int)(digits >> 32)));
            var value = new decimal(low, high, 0, i % 2 == 0, (byte)random.Next(GroupedText.Places + 1));
            var least = random.Next(GroupedText.Places + 1);
            var format = $"#,0.{new string('0', least)}{new string('#', GroupedText.Places - least)}";
            Assert.Equal(
                (value + 0m).ToString(format, CultureInfo.InvariantCulture), GroupedText.Of(value, least));
        }
    }
}
