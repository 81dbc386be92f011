using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What kind of figure is explained.</summary>
public enum FigureKind
{
    /// <summary>F of a component, for what its window has counted.</summary>
    Window,

    /// <summary>What a statement pays.</summary>
    Statement,

    /// <summary>What a span of days earned, by all components.</summary>
    Period,

    /// <summary>What a span of days earned by one component.</summary>
    PeriodPart,

    /// <summary>What a deal earns, by all components.</summary>
    Deal,

    /// <summary>What a deal earns by one component.</summary>
    DealPart,

    /// <summary>What is counted, deal by deal, in units of the measure.</summary>
    Credited,

    /// <summary>The quota of a window, in units of the measure.</summary>
    Quota,

    /// <summary>What earlier versions of the plan left in a window.</summary>
    CarriedOver,

    /// <summary>What the payee owes after a statement.</summary>
    Balance,
}

/// <summary>A figure, and the lines that add up to it.</summary>
public sealed record Explanation
{
    private Explanation()
    {
    }

    /// <summary>What kind of figure.</summary>
    public required FigureKind Kind { get; init; }

    /// <summary>Which figure, for people; empty where the line that it belongs to says so.</summary>
    public required string Title { get; init; }

    /// <summary>What the figure and the effects of the lines are in.</summary>
    public required FigureUnit Unit { get; init; }

    /// <summary>The figure: the exact sum of the lines' effects.</summary>
    public required Exact Figure { get; init; }

    /// <summary>In the order in which they are best read.</summary>
    public required ImmutableArray<TraceLine> Lines { get; init; }

    /// <summary>Title and lines in words, each with its effect in a column; what explains a line stands below it. The
    /// same in every culture. Rows end in a line feed, but for the last.</summary>
    public string ToText() => ExplanationText.Of(this);

    /// <exception cref="InvalidOperationException">The lines do not add up.</exception>
    internal static Explanation Of(
        FigureKind kind, string title, FigureUnit unit, Exact figure, ImmutableArray<TraceLine> lines)
    {
        var sum = lines.Aggregate(Exact.Zero, (before, line) => before + line.Effect);
        return sum == figure
            ? new Explanation { Kind = kind, Title = title, Unit = unit, Figure = figure, Lines = lines }
            : throw new InvalidOperationException($"{title}: the lines add up to {sum}, the figure is {figure}.");
    }
}

/// <summary>What a figure is counted in.</summary>
/// <param name="Name">A currency's code; <c>units</c>, <c>deals</c> or a field's name for other measures.</param>
/// <param name="Currency">The currency; null where it is no money.</param>
public sealed record FigureUnit(string Name, Currency? Currency)
{
    /// <summary>Money.</summary>
    public static FigureUnit Of(Currency currency) => new(currency.Code, currency);

    /// <summary>What a component counts.</summary>
    /// <param name="measure">The component's measure.</param>
    /// <param name="currency">The plan's.</param>
    public static FigureUnit Of(Measure measure, Currency currency) => measure.Kind switch
    {
        MeasureKind.Amount or MeasureKind.Margin => Of(currency),
        MeasureKind.Quantity => new FigureUnit("units", null),
        MeasureKind.Deals => new FigureUnit("deals", null),
        _ => measure.Field is "amount" or "margin" ? Of(currency) : new FigureUnit(measure.Field ?? "units", null),
    };

    /// <summary>The value with its unit, such as <c>USD 1,234.50</c> or <c>12 units</c>.</summary>
    internal string Say(Exact value) => Currency is { } money
        ? $"{money.Code} {Wording.Number(value, money.Digits)}"
        : $"{Wording.Number(value)} {(value == Exact.One && Name is "units" or "deals" ? Name[..^1] : Name)}";
}
