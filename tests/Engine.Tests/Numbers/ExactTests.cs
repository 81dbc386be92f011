using System.Numerics;

namespace Commission.Engine.Tests.Numbers;

public sealed class ExactTests
{
    [Fact]
    public void Operators_RandomValues_AgreeWithBigFractions()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (AnyDecimal(random), AnyDecimal(random));
            var (x, y) = (new Exact(a), new Exact(b));
            Assert.Equal(Sum(a, b), Parts(x + y));
            Assert.Equal(Sum(a, -b), Parts(x - y));
            Assert.Equal(Product(a, b), Parts(x * y));
            Assert.Equal(decimal.Compare(a, b), x.CompareTo(y));
            Assert.Equal(x, (x + y) - y);
            if (b != 0m)
            {
                Assert.Equal(x, x / y * y);
            }
        }
    }

    [Theory]
    [InlineData(1, 3, 2, "0.33")]
    [InlineData(2, 3, 2, "0.67")]
    [InlineData(-2, 3, 0, "-1")]
    [InlineData(5, 2, 0, "3")]
    [InlineData(-5, 2, 0, "-3")]
    [InlineData(1, 8, 2, "0.13")]
    public void Round_Quotient_IsRoundedOnceHalfUp(int over, int under, int digits, string rounded)
    {
        Assert.Equal(Read(rounded), (new Exact(over) / under).Round(digits, RoundingRule.HalfUp));
    }

    [Theory]
    [InlineData(5, 2, 0, 2)]
    [InlineData(7, 2, 0, 4)]
    [InlineData(-5, 2, 0, -2)]
    public void Round_Tie_HalfEvenTakesTheEvenNeighbour(int over, int under, int digits, int rounded) =>
        Assert.Equal(rounded, (new Exact(over) / under).Round(digits, RoundingRule.HalfEven));

    [Theory]
    [InlineData("2.9999999999999999999999999999", "3", 0, "1")]
    [InlineData("-2.9999999999999999999999999999", "3", 0, "-1")]
    [InlineData("4.4999999999999999999999999999", "3", 0, "1")]
    [InlineData("-4.4999999999999999999999999999", "3", 0, "-1")]
    [InlineData("4.5", "3", 0, "2")]
    [InlineData("0.0449999999999999999999999999", "3", 2, "0.01")]
    [InlineData("0", "3", 2, "0")]
    [InlineData("1000000000000000", "3", 2, "333333333333333.33")]
    [InlineData("1000000000000001", "3", 2, "333333333333333.67")]
    [InlineData("70000000000000000000005", "7", 4, "10000000000000000000000.7143")]
    [InlineData("1", "0.0000003", 2, "3333333.33")]
    [InlineData("1", "0.0000000000000000000000000003", 0, "3333333333333333333333333333")]
    [InlineData("7", "1000000000000001", 6, "0.000000")]
    [InlineData("1", "7", 9, "0.142857143")]
    [InlineData("79228162514264337593543950335", "2000000000000000", 2, "39614081257132.17")]
    public void Ratio_QuotientAtTheEdgeOfADecimal_RoundsOnceByTheWholeQuotient(
        string over, string under, int digits, string rounded)
    {
        var ratio = new Ratio(Read(over), Read(under));

        Assert.Equal(Read(rounded), ratio.Round(digits, RoundingRule.HalfUp));
    }

    [Fact]
    public void Ratio_RandomQuotients_RoundAsTheExactFractionDoes()
    {
        var random = new Random(12);
        for (var i = 0; i < 20_000; i++)
        {
            var digits = random.Next(0, 5);
            var under = new Exact(random.Next(1, 2000) / (random.Next(2) == 0 ? 1m : 1000m));
            // Every third one lies exactly on a tie, or next to it.
            var tie = ((random.Next(-5000, 5000) * 2) + 1) / 2m * new decimal(1, 0, 0, false, (byte)digits);
            var over = random.Next(3) == 0
                ? (under * tie) + (random.Next(-1, 2) * 0.000000000000000000001m)
                : new Exact(random.Next(-1_000_000, 1_000_000) / 100m);
            foreach (var rule in Enum.GetValues<RoundingRule>())
            {
                Assert.Equal((over / under).Round(digits, rule), new Ratio(over, under).Round(digits, rule));
            }
        }
    }

    [Fact]
    public void ToDecimal_LargeThird_KeepsAllDigitsThatFit()
    {
        Assert.Equal(26409387504754779197847983445m, (new Exact(decimal.MaxValue) / 3m).ToDecimal());
        Assert.Equal(0.3333333333333333333333333333m, (Exact.One / 3m).ToDecimal());
        var top = (new Exact(decimal.MaxValue) / 10m) + (Exact.One / 3m);
        Assert.Equal(7922816251426433759354395033.8m, top.ToDecimal());
    }

    [Fact]
    public void Sum_BeyondTheLargestDecimal_StaysExact()
    {
        var twice = new Exact(decimal.MaxValue) + decimal.MaxValue;
        Assert.Equal(new Exact(decimal.MaxValue), twice - decimal.MaxValue);
        Assert.Throws<OverflowException>(() => twice.ToDecimal());
    }

    private static decimal Read(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static decimal AnyDecimal(Random random)
    {
        var scale = (byte)(random.Next(4) == 0 ? random.Next(0, 29) : random.Next(0, 6));
        var wide = random.Next(4) == 0;
        var value = new decimal(random.Next(), wide ? random.Next() : 0, wide ? random.Next() : 0, false, scale);
        return random.Next(2) == 0 ? value : -value;
    }

    private static (BigInteger Over, BigInteger Under) Sum(decimal a, decimal b)
    {
        var (x, y) = (BigFraction.Of(a), BigFraction.Of(b));
        return Reduced((x.Numerator * y.Denominator) + (y.Numerator * x.Denominator), x.Denominator * y.Denominator);
    }

    private static (BigInteger Over, BigInteger Under) Product(decimal a, decimal b)
    {
        var (x, y) = (BigFraction.Of(a), BigFraction.Of(b));
        return Reduced(x.Numerator * y.Numerator, x.Denominator * y.Denominator);
    }

    private static (BigInteger Over, BigInteger Under) Parts(Exact value)
    {
        var text = value.ToString();
        if (text.Contains('/', StringComparison.Ordinal))
        {
            var parts = text.Split('/');
            var culture = System.Globalization.CultureInfo.InvariantCulture;
            return (BigInteger.Parse(parts[0], culture), BigInteger.Parse(parts[1], culture));
        }

        var small = BigFraction.Of(value.ToDecimal());
        return (small.Numerator, small.Denominator);
    }

    private static (BigInteger Over, BigInteger Under) Reduced(BigInteger over, BigInteger under)
    {
        var common = BigInteger.GreatestCommonDivisor(over, under);
        return (over / common, under / common);
    }
}
