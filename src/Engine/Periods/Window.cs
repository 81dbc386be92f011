using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>One window of credits, or one statement period.</summary>
/// <param name="Kind">Its span.</param>
/// <param name="Start">First day, inclusive.</param>
/// <param name="End">Last day, inclusive.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Window(WindowKind Kind, DateOnly Start, DateOnly End)
{
    /// <summary>Days from start to end, both counted.</summary>
    public int Days => End.DayNumber - Start.DayNumber + 1;

    /// <summary>How the plan format writes it: <c>2026</c>, <c>2026-H1</c>, <c>2026-Q1</c> by the calendar year in
    /// which the
    /// fiscal year ends, <c>2026-01</c> by the calendar month. A deal window is named by its day.</summary>
    public string Name(int yearStarts) => Windows.NameOf(this, yearStarts);

    /// <summary>Whether <paramref name="day"/> is in it.</summary>
    public bool Contains(DateOnly day) => day >= Start && day <= End;
}
