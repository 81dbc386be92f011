using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What a component counts of a deal.</summary>
/// <param name="Kind">Which figure.</param>
/// <param name="Field">The field's name where <paramref name="Kind"/> is <see cref="MeasureKind.Field"/>.</param>
public sealed record Measure(MeasureKind Kind, string? Field = null)
{
    /// <summary>The deal's value in plan currency; the default.</summary>
    public static readonly Measure Amount = new(MeasureKind.Amount);
}

/// <summary>The kinds of measure.</summary>
public enum MeasureKind
{
    /// <summary>The deal's value in plan currency.</summary>
    Amount,

    /// <summary>The deal's margin, in the deal's currency converted like its amount.</summary>
    Margin,

    /// <summary>The deal's quantity.</summary>
    Quantity,

    /// <summary>1 for each deal.</summary>
    Deals,

    /// <summary>A numeric field of the deal.</summary>
    Field,
}

/// <summary>A condition on one field of a deal.</summary>
/// <param name="Field">The deal's own field, or amount, margin, quantity, currency, deal, credited.</param>
public abstract record Matcher(string Field)
{
    /// <summary>The field equals one of the values; text compares exactly.</summary>
    public sealed record OneOf(string Field, ImmutableArray<string> Values) : Matcher(Field);

    /// <summary>The field equals none of the values, or is missing.</summary>
    public sealed record NoneOf(string Field, ImmutableArray<string> Values) : Matcher(Field);

    /// <summary>The field is a number from <paramref name="Min"/> to <paramref name="Max"/>, both inclusive.</summary>
    public sealed record Between(string Field, decimal? Min, decimal? Max) : Matcher(Field);

    /// <summary>The credit date is from <paramref name="Min"/> to <paramref name="Max"/>, both inclusive.</summary>
    public sealed record CreditedBetween(DateOnly? Min, DateOnly? Max) : Matcher("credited");
}
