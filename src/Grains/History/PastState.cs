using Commission.Engine;
using Commission.Grains.Reps;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.History;

/// <summary>A payee at a moment.</summary>
/// <param name="Payee">As it was.</param>
/// <param name="Account">As it was.</param>
/// <param name="Figures">By the plans as they were.</param>
/// <param name="Today">The day that a question without a day means.</param>
internal sealed record PastState(Payee Payee, PastAccount Account, RepFigures Figures, DateOnly Today)
{
    /// <summary>The engine's books.</summary>
    public RepBooks Books => Figures.Books;

    /// <summary>
    /// The window of a name, in the fiscal year of the latest plan that overlaps it; null where the name is none.
    /// </summary>
    public Window? WindowOf(string name)
    {
        Window? other = null;
        foreach (var assigned in Books.Assignments.Reverse().Where(assigned => !assigned.Versions.IsEmpty))
        {
            if (!FiscalWindows.TryParse(name, assigned.Versions[^1].YearStarts, out var window))
            {
                return null;
            }

            if (!(assigned.Assignment.From > window.End || assigned.Assignment.To < window.Start))
            {
                return window;
            }

            other ??= window;
        }

        return other ?? (FiscalWindows.TryParse(name, 1, out var calendar) ? calendar : null);
    }
}
