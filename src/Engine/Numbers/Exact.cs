namespace Commission.Engine;
/// <summary>An exact rational number.</summary>
public readonly struct Exact
{
    private readonly decimal _value;
    /// <summary>An exact number.</summary>
    public Exact(decimal value) => _value = value;
    /// <summary>Nearest decimal.</summary>
    public decimal ToDecimal() => _value;
}
