namespace Commission.Engine;

/// <summary>A quotient that is kept as its two parts, so that dividing costs nothing and is rounded only
/// once.</summary>
/// <param name="Over">The numerator.</param>
/// <param name="Under">The denominator, above 0.</param>
internal readonly record struct Ratio(Exact Over, Exact Under)
{
    private const int MostNearDigits = 6;

    public static readonly Ratio Zero = new(Exact.Zero, Exact.One);

    public static Ratio Of(Exact value) => new(value, Exact.One);

    public static Ratio operator *(Ratio left, Ratio right) => new(left.Over * right.Over, left.Under * right.Under);

    public static Ratio operator *(Ratio left, Exact right) => left with { Over = left.Over * right };

    public int ComparedWith(Ratio other) => (Over * other.Under).CompareTo(other.Over * Under);

    public Exact ToExact() => Over / Under;

    /// <summary>Rounds the exact quotient once.</summary>
    public decimal Round(int digits, RoundingRule rule)
    {
        if (Under == Exact.One)
        {
            return Over.Round(digits, rule);
        }

        return TryNear(digits, out var near) ? Settle(near, digits, rule) : ToExact().Round(digits, rule);
    }

    // The quotient cut to a number of digits; one unit more where its last digit of 29 was rounded up to a unit.
    private bool TryNear(int digits, out decimal near)
    {
        near = 0m;
        if (digits > MostNearDigits || !Over.TryDecimal(out var over) || !Under.TryDecimal(out var under))
        {
            return false;
        }

        // Within these, the quotient has no more digits than a decimal keeps, with room to spare.
        if (Math.Abs(over) > 1_000_000_000_000_000m || under is < 0.000001m or > 1_000_000_000_000_000m)
        {
            return false;
        }

        near = decimal.Round(over / under, digits, MidpointRounding.ToZero);
        return true;
    }

    private decimal Settle(decimal near, int digits, RoundingRule rule)
    {
        var unit = new decimal(1, 0, 0, false, (byte)digits);
        var sign = Over.Sign < 0 ? -1m : 1m;
        var whole = Math.Abs(near);
        var rest = (Over * sign) - (Under * whole);
        if (rest.Sign < 0)
        {
            whole -= unit;
            rest += Under * unit;
        }

        var half = (rest * 2m).CompareTo(Under * unit);
        var odd = !decimal.IsEvenInteger(decimal.Round(whole / unit));
        return sign * (half > 0 || (half == 0 && (rule == RoundingRule.HalfUp || odd)) ? whole + unit : whole);
    }
}
