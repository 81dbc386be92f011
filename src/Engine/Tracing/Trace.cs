using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What a line of an explanation tells of.</summary>
public enum TraceStep
{
    /// <summary>What was counted in the window, or of a deal.</summary>
    Credited,

    /// <summary>The window's quota, and how it follows from the payee's.</summary>
    Quota,

    /// <summary>Credited / quota.</summary>
    Attainment,

    /// <summary>The money that a curve or matrix pays fractions of.</summary>
    Target,

    /// <summary>The part of a component's pay that one tier gives.</summary>
    Tier,

    /// <summary>A component's pay as one sum: a rate, the tier that pays for everything, a curve, a matrix.</summary>
    Pay,

    /// <summary>The threshold, and what it takes away.</summary>
    Threshold,

    /// <summary>A multiplier or gate, and what it adds or takes away.</summary>
    Multiplier,

    /// <summary>What the cap takes away.</summary>
    Cap,

    /// <summary>What the floor adds.</summary>
    Floor,

    /// <summary>What rounding to the minor unit adds or takes away.</summary>
    Rounding,

    /// <summary>What earlier versions of the plan left: earned under them − what this version would pay for
    /// it.</summary>
    CarriedOver,

    /// <summary>The figure: what is earned.</summary>
    Earned,

    /// <summary>One deal's part.</summary>
    Deal,

    /// <summary>The deals that are not listed one by one.</summary>
    Rest,

    /// <summary>One component's part.</summary>
    Component,

    /// <summary>F at the end of a span, or with a deal.</summary>
    After,

    /// <summary>F at the start of a span, or without a deal.</summary>
    Before,

    /// <summary>What the payee owed before a statement.</summary>
    OwedBefore,

    /// <summary>What is paid beyond what was earned: the draw, or what lifts a statement to 0.</summary>
    Draw,

    /// <summary>What is kept back of what was earned, for what the payee owes.</summary>
    Recovery,

    /// <summary>The figure: what a statement pays.</summary>
    Paid,

    /// <summary>What the payee owes after a statement.</summary>
    OwedAfter,
}

/// <summary>One step of a figure.</summary>
/// <param name="Step">What it tells of.</param>
/// <param name="Text">The step in words, with its figures.</param>
/// <param name="From">Lower bound of a tier, in units of the measure; null where it has none.</param>
/// <param name="To">Upper bound of a tier; null: open, or none.</param>
/// <param name="Quantity">Units of the measure, or money, that the line is about.</param>
/// <param name="Rate">Rate, money for each unit, factor, share or attainment.</param>
/// <param name="Effect">What the line adds to the figure, exactly, in the figure's unit. The effects of all lines add
/// up to the figure.</param>
public sealed record TraceLine(
    TraceStep Step,
    string Text,
    Exact? From,
    Exact? To,
    Exact? Quantity,
    Exact? Rate,
    Exact Effect)
{
    /// <summary>What the text begins with where that names a tier and its bounds; empty otherwise.</summary>
    public string Name { get; init; } = "";

    /// <summary>Id of the component or deal that the line is about; null where it is about neither alone.</summary>
    public string? Subject { get; init; }

    /// <summary>How the line's own figure comes about: its effect (what is taken away, where the line takes it away),
    /// or its quantity where the effect is 0; null where there is no more to say.</summary>
    public Explanation? Detail { get; init; }

    /// <summary>The rate as the plan writes it, <c>8%</c> or money for each unit; empty without one.</summary>
    internal string RateText { get; init; } = "";

    internal static TraceLine Of(TraceStep step, string text, Exact effect, Exact? quantity = null,
        Explanation? detail = null) =>
        new(step, text, null, null, quantity, null, effect) { Detail = detail };
}

/// <summary>How a figure of one component comes about.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="Window">The window's name.</param>
/// <param name="Currency">Of the money.</param>
/// <param name="Lines">In the order of evaluation.</param>
/// <param name="Earned">The figure: the exact sum of the lines' effects.</param>
public sealed record Trace(
    string Component,
    string Window,
    Currency Currency,
    ImmutableArray<TraceLine> Lines,
    decimal Earned)
{
    /// <summary>The lines in words, one a row, each with its effect.</summary>
    public string ToText() => ExplanationText.Of(ToExplanation(""));

    /// <summary>The same as an explanation.</summary>
    /// <param name="title">What is explained.</param>
    public Explanation ToExplanation(string title) =>
        Explanation.Of(FigureKind.Window, title, FigureUnit.Of(Currency), Earned, Lines);
}
