using System.Numerics;

namespace Commission.Engine;

/// <summary>A fraction of big integers in lowest terms; the denominator is above 0.</summary>
internal sealed record BigFraction(BigInteger Numerator, BigInteger Denominator)
{
    private const int MaxScale = 28;
    private static readonly BigInteger LargestDecimal = (BigInteger.One << 96) - 1;

    public static BigFraction Of(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = unchecked(((BigInteger)(uint)bits[2] << 64) | ((BigInteger)(uint)bits[1] << 32) | (uint)bits[0]);
        return Reduced(value < 0m ? -digits : digits, BigInteger.Pow(10, value.Scale));
    }

    public static BigFraction Add(BigFraction left, BigFraction right) => Reduced(
        (left.Numerator * right.Denominator) + (right.Numerator * left.Denominator),
        left.Denominator * right.Denominator);

    public static BigFraction Multiply(BigFraction left, BigFraction right) =>
        Reduced(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static BigFraction Divide(BigFraction left, BigFraction right) => right.Numerator.IsZero
        ? throw new DivideByZeroException()
        : Reduced(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    public static int Compare(BigFraction left, BigFraction right) =>
        (left.Numerator * right.Denominator).CompareTo(right.Numerator * left.Denominator);

    /// <summary>The same value as a decimal; false where none can hold it exactly.</summary>
    public bool TryDecimal(out decimal value)
    {
        value = 0m;
        var scaled = Numerator;
        var denominator = Denominator;
        var scale = 0;
        while (!denominator.IsOne)
        {
            if (++scale > MaxScale)
            {
                return false;
            }

            var step = BigInteger.GreatestCommonDivisor(denominator, 10);
            if (step.IsOne)
            {
                return false;
            }

            denominator /= step;
            scaled *= 10 / step;
        }

        return TryDigits(scaled, scale, out value);
    }

    public decimal Round(int digits, RoundingRule rule)
    {
        var scale = BigInteger.Pow(10, digits);
        var whole = BigInteger.DivRem(BigInteger.Abs(Numerator) * scale, Denominator, out var rest);
        var half = (rest * 2).CompareTo(Denominator);
        if (half > 0 || (half == 0 && (rule == RoundingRule.HalfUp || !whole.IsEven)))
        {
            whole += 1;
        }

        return TryDigits(Numerator.Sign < 0 ? -whole : whole, digits, out var value)
            ? value
            : throw new OverflowException("The figure is beyond what a decimal can hold.");
    }

    public decimal Nearest()
    {
        var whole = BigInteger.Abs(Numerator) / Denominator;
        var digits = MaxScale;
        while (digits > 0 && (whole + 1) * BigInteger.Pow(10, digits) > LargestDecimal)
        {
            digits--;
        }

        return Round(digits, RoundingRule.HalfEven);
    }

    private static bool TryDigits(BigInteger digits, int scale, out decimal value)
    {
        var magnitude = BigInteger.Abs(digits);
        if (magnitude > LargestDecimal)
        {
            value = 0m;
            return false;
        }

        var low = (uint)(magnitude & uint.MaxValue);
        var middle = (uint)((magnitude >> 32) & uint.MaxValue);
        var high = (uint)(magnitude >> 64);
        value = unchecked(new decimal((int)low, (int)middle, (int)high, digits.Sign < 0, (byte)scale));
        return true;
    }

    private static BigFraction Reduced(BigInteger numerator, BigInteger denominator)
    {
        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        var sign = denominator.Sign < 0 ? BigInteger.MinusOne : BigInteger.One;
        return new BigFraction(sign * numerator / common, sign * denominator / common);
    }
}
