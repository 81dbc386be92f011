using System.Globalization;

namespace Commission.Engine;

/// <summary>An exact rational number. A <see cref="decimal"/> as long as one can hold the value, without allocation;
/// a fraction of
/// big integers beyond. No operation rounds but those that say so.</summary>
public readonly struct Exact : IEquatable<Exact>, IComparable<Exact>
{
    /// <summary>Zero.</summary>
    public static readonly Exact Zero;

    /// <summary>One.</summary>
    public static readonly Exact One = new(1m);

    private readonly decimal _value;
    private readonly BigFraction? _big;

    /// <summary>A decimal, exactly.</summary>
    public Exact(decimal value) => _value = value;

    private Exact(BigFraction big) => _big = big;

    /// <summary>−1, 0 or 1.</summary>
    public int Sign => _big is null ? Math.Sign(_value) : _big.Numerator.Sign;

    /// <summary>Whether it is 0.</summary>
    public bool IsZero => _big is null && _value == 0m;

    /// <summary>The denominator of the value in lowest terms, above 0.</summary>
    internal System.Numerics.BigInteger Denominator => Big().Denominator;

    /// <summary>A decimal, exactly.</summary>
    public static implicit operator Exact(decimal value) => new(value);

    /// <summary>Exact sum.</summary>
    public static Exact operator +(Exact left, Exact right)
    {
        if (left._big is null && right._big is null && TryAdd(left._value, right._value, out var sum))
        {
            return new Exact(sum);
        }

        return Of(BigFraction.Add(left.Big(), right.Big()));
    }

    /// <summary>Exact difference.</summary>
    public static Exact operator -(Exact left, Exact right) => left + -right;

    /// <summary>The negative.</summary>
    public static Exact operator -(Exact value) => value._big is null
        ? new Exact(-value._value)
        : new Exact(value._big with { Numerator = -value._big.Numerator });

    /// <summary>Exact product.</summary>
    public static Exact operator *(Exact left, Exact right)
    {
        if (left._big is null && right._big is null && TryMultiply(left._value, right._value, out var product))
        {
            return new Exact(product);
        }

        return Of(BigFraction.Multiply(left.Big(), right.Big()));
    }

    /// <summary>Exact quotient. Allocates where its decimals do not end.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="right"/> is 0.</exception>
    public static Exact operator /(Exact left, Exact right)
    {
        if (left._big is null && right._big is null && TryDivide(left._value, right._value, out var quotient))
        {
            return new Exact(quotient);
        }

        return Of(BigFraction.Divide(left.Big(), right.Big()));
    }

    /// <summary>Same value.</summary>
    public static bool operator ==(Exact left, Exact right) => left.CompareTo(right) == 0;

    /// <summary>Other value.</summary>
    public static bool operator !=(Exact left, Exact right) => left.CompareTo(right) != 0;

    /// <summary>Less.</summary>
    public static bool operator <(Exact left, Exact right) => left.CompareTo(right) < 0;

    /// <summary>Greater.</summary>
    public static bool operator >(Exact left, Exact right) => left.CompareTo(right) > 0;

    /// <summary>Less or the same.</summary>
    public static bool operator <=(Exact left, Exact right) => left.CompareTo(right) <= 0;

    /// <summary>Greater or the same.</summary>
    public static bool operator >=(Exact left, Exact right) => left.CompareTo(right) >= 0;

    /// <summary>The smaller of two.</summary>
    public static Exact Min(Exact left, Exact right) => left <= right ? left : right;

    /// <summary>The larger of two.</summary>
    public static Exact Max(Exact left, Exact right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(Exact other) => _big is null && other._big is null
        ? decimal.Compare(_value, other._value)
        : BigFraction.Compare(Big(), other.Big());

    /// <inheritdoc/>
    public bool Equals(Exact other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Exact other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _big is null ? _value.GetHashCode() : _big.GetHashCode();

    /// <summary>The nearest decimal of at most <paramref name="digits"/> places, rounded once, from the exact
    /// value.</summary>
    /// <param name="digits">0 to 28.</param>
    /// <param name="rule">For a value exactly between two.</param>
    /// <exception cref="OverflowException">The value is beyond what a decimal can hold.</exception>
    public decimal Round(int digits, RoundingRule rule) => _big is null
        ? decimal.Round(_value, digits, Midpoint(rule))
        : _big.Round(digits, rule);

    /// <summary>The value as a decimal: exactly where one can hold it, else to as many places as fit.</summary>
    /// <exception cref="OverflowException">The value is beyond what a decimal can hold.</exception>
    public decimal ToDecimal() => _big is null ? _value : _big.Nearest();

    /// <summary>Plain digits without trailing zeros, or <c>n/d</c> where the decimals would not end or not
    /// fit.</summary>
    public override string ToString() => _big is null
        ? DecimalText.Of(_value)
        : string.Create(CultureInfo.InvariantCulture, $"{_big.Numerator}/{_big.Denominator}");

    internal bool TryDecimal(out decimal value)
    {
        value = _value;
        return _big is null;
    }

    internal static MidpointRounding Midpoint(RoundingRule rule) =>
        rule == RoundingRule.HalfEven ? MidpointRounding.ToEven : MidpointRounding.AwayFromZero;

    // A sum is exact where no digit was given up for room: then its scale is the larger of the two.
    private static bool TryAdd(decimal left, decimal right, out decimal sum)
    {
        try
        {
            sum = left + right;
            return sum.Scale == Math.Max(left.Scale, right.Scale);
        }
        catch (OverflowException)
        {
            sum = 0m;
            return false;
        }
    }

    // A product is exact where its scale is the sum of both.
    private static bool TryMultiply(decimal left, decimal right, out decimal product)
    {
        try
        {
            product = left * right;
            return product.Scale == left.Scale + right.Scale || left == 0m || right == 0m;
        }
        catch (OverflowException)
        {
            product = 0m;
            return false;
        }
    }

    // A quotient is exact where it gives the dividend back, exactly.
    private static bool TryDivide(decimal left, decimal right, out decimal quotient)
    {
        quotient = left;
        if (right is 0m or 1m)
        {
            return right == 1m;
        }

        try
        {
            quotient = left / right;
            return TryMultiply(quotient, right, out var product) && product == left;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static Exact Of(BigFraction value) =>
        value.TryDecimal(out var small) ? new Exact(small) : new Exact(value);

    private BigFraction Big() => _big ?? BigFraction.Of(_value);
}
