using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What a line of a <see cref="Trace"/> tells of.</summary>
public enum TraceStep
{
    /// <summary>What was counted in the window.</summary>
    Credited,

    /// <summary>Credited / quota.</summary>
    Attainment,

    /// <summary>A component's pay, or the part of it that one tier, line or cell gives.</summary>
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

    /// <summary>The figure.</summary>
    Earned,
}

/// <summary>One step of a figure.</summary>
/// <param name="Step">What it tells of.</param>
/// <param name="Text">The step in words, with its figures.</param>
/// <param name="From">Lower bound of a tier, in units of the measure; null where it has none.</param>
/// <param name="To">Upper bound of a tier; null: open, or none.</param>
/// <param name="Quantity">Units of the measure that the line is about.</param>
/// <param name="Rate">Rate, money for each unit, factor or attainment.</param>
/// <param name="Effect">What the line adds to the figure, exactly, in plan currency. The effects of all lines add up
/// to
/// <see cref="Trace.Earned"/>.</param>
public sealed record TraceLine(
    TraceStep Step,
    string Text,
    Exact? From,
    Exact? To,
    Exact? Quantity,
    Exact? Rate,
    Exact Effect);

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
    public string ToText() => string.Join('\n', Lines.Select(line => line.Text));
}
