using System.Globalization;
using System.Numerics;

namespace Commission.Engine.Tests.Oracle;

/// <summary>An exact fraction in lowest terms: slow, and nothing can be lost.</summary>
internal sealed class Rational : IEquatable<Rational>
{
    public static readonly Rational Zero = new(0, 1);
    public static readonly Rational One = new(1, 1);

    private readonly BigInteger _top;
    private readonly BigInteger _bottom;

    public Rational(BigInteger top, BigInteger bottom)
    {
        var common = BigInteger.GreatestCommonDivisor(top, bottom) * (bottom.Sign < 0 ? -1 : 1);
        (_top, _bottom) = (top / common, bottom / common);
    }

    public int Sign => _top.Sign;

    public static Rational operator +(Rational left, Rational right) =>
        new((left._top * right._bottom) + (right._top * left._bottom), left._bottom * right._bottom);

    public static Rational operator -(Rational left, Rational right) => left + (right * new Rational(-1, 1));

    public static Rational operator *(Rational left, Rational right) =>
        new(left._top * right._top, left._bottom * right._bottom);

    public static Rational operator /(Rational left, Rational right) =>
        new(left._top * right._bottom, left._bottom * right._top);

    public static bool operator <(Rational left, Rational right) => (left - right).Sign < 0;

    public static bool operator >(Rational left, Rational right) => (left - right).Sign > 0;

    public static bool operator <=(Rational left, Rational right) => (left - right).Sign <= 0;

    public static bool operator >=(Rational left, Rational right) => (left - right).Sign >= 0;

    public static Rational Smaller(Rational left, Rational right) => left <= right ? left : right;

    public static Rational Larger(Rational left, Rational right) => left >= right ? left : right;

    /// <summary>Reads <c>12</c>, <c>-0.5</c> or <c>5%</c>; null for any other text.</summary>
    public static Rational? TryRead(string text)
    {
        var percent = text.EndsWith('%');
        var digits = percent ? text[..^1] : text;
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var places = point < 0 ? 0 : digits.Length - point - 1;
        var whole = point < 0 ? digits : digits.Remove(point, 1);
        var plain = whole.StartsWith('-') ? whole[1..] : whole;
        if (plain.Length == 0 || plain.Any(letter => !char.IsAsciiDigit(letter)) || (point >= 0 && places == 0))
        {
            return null;
        }

        var top = BigInteger.Parse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return new Rational(top, BigInteger.Pow(10, places + (percent ? 2 : 0)));
    }

    /// <summary>The nearest number of so many decimal places; a tie goes away from zero, or to the even.</summary>
    public Rational Round(int places, bool tiesToEven)
    {
        var scale = BigInteger.Pow(10, places);
        var twice = BigInteger.Abs(_top) * scale * 2;
        var floor = BigInteger.DivRem(twice, _bottom * 2, out var rest);
        var up = rest > _bottom || (rest == _bottom && (!tiesToEven || !floor.IsEven));
        return new Rational((floor + (up ? 1 : 0)) * _top.Sign, scale);
    }

    public bool Equals(Rational? other) => other is not null && _top == other._top && _bottom == other._bottom;

    public override bool Equals(object? obj) => Equals(obj as Rational);

    public override int GetHashCode() => HashCode.Combine(_top, _bottom);

    public override string ToString() => Equals(Round(12, tiesToEven: false)) ? Text(12) : $"{_top}/{_bottom}";

    // Without needless zeros: -12.5.
    private string Text(int places)
    {
        var scaled = (Round(places, tiesToEven: false) * new Rational(BigInteger.Pow(10, places), 1))._top;
        var digits = BigInteger.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        var text = places == 0 ? digits : $"{digits[..^places]}.{digits[^places..]}".TrimEnd('0').TrimEnd('.');
        return scaled.Sign < 0 ? "-" + text : text;
    }
}
