using Commission.Engine;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Verification;

/// <summary>
/// What an evaluation from nothing says that a payee's figures are, and on which days to ask for them: one for each
/// statement, and one for each window.
/// </summary>
internal sealed class FigureDays
{
    private readonly IReadOnlyList<PlanAssignment> _assignments;
    private readonly List<Span>[] _spans;
    private readonly Dictionary<WindowKey, DateOnly> _lastDays = [];
    private readonly DateOnly[] _dealDays;

    /// <summary>Plans what to ask.</summary>
    public FigureDays(IReadOnlyList<PlanAssignment> assignments, Evaluation evaluation)
    {
        _assignments = assignments;
        Evaluation = evaluation;
        _spans = [.. assignments.Select(SpansOf)];
        _dealDays = [.. evaluation.Deals.Select(deal => deal.Credited).Distinct()];
        foreach (var day in _dealDays)
        {
            NoteWindows(day);
        }

        Windows =
        [
            .. evaluation.Windows
                .Where(window => _lastDays.ContainsKey(WindowKey.Of(window)))
                .Select(window => (window, _lastDays[WindowKey.Of(window)])),
        ];
        Statements =
        [
            .. evaluation.Statements
                .Where(statement => DayOf(statement) is not null)
                .Select(statement => (statement, DayOf(statement)!.Value)),
        ];
    }

    /// <summary>As given.</summary>
    public Evaluation Evaluation { get; }

    /// <summary>Windows with a day in each: the last that has a deal.</summary>
    public IReadOnlyList<(WindowResult Window, DateOnly Day)> Windows { get; }

    /// <summary>Statements with a day in each.</summary>
    public IReadOnlyList<(StatementResult Statement, DateOnly Day)> Statements { get; }

    /// <summary>Each day once.</summary>
    public IEnumerable<DateOnly> Days =>
        Windows.Select(one => one.Day).Concat(Statements.Select(one => one.Day)).Distinct().Order();

    /// <summary>The assignment that a day is in, and the span of its version; null outside of every plan.</summary>
    public (int Assignment, Plan Plan)? PlanOn(DateOnly day)
    {
        for (var i = 0; i < _assignments.Count; i++)
        {
            foreach (var span in _spans[i])
            {
                if (span.Start <= day && day <= span.End)
                {
                    return (i, span.Plan);
                }
            }
        }

        return null;
    }

    private static List<Span> SpansOf(PlanAssignment assignment)
    {
        var (first, last) = (
            assignment.Assignment.From ?? DateOnly.MinValue, assignment.Assignment.To ?? DateOnly.MaxValue);
        var versions = assignment.Versions;
        var spans = new List<Span>();
        for (var i = 0; i < versions.Length; i++)
        {
            var start = versions[i].Effective > first ? versions[i].Effective : first;
            var end = i + 1 < versions.Length ? versions[i + 1].Effective.AddDays(-1) : DateOnly.MaxValue;
            end = end < last ? end : last;
            if (start <= end)
            {
                spans.Add(new Span(versions[i], start, end));
            }
        }

        return spans;
    }

    /// <summary>Days come in order: the last one noted for a window is the last in it.</summary>
    private void NoteWindows(DateOnly day)
    {
        var (assignment, plan) = PlanOn(day)
            ?? throw new InvalidOperationException($"The evaluation has a deal on {day:O}, when there is no plan.");
        foreach (var component in plan.Components.Where(component => component.Window != WindowKind.Deal))
        {
            _lastDays[WindowKey.Of(assignment, plan, component, day)] = day;
        }
    }

    /// <summary>The statement's last day with a deal, else its last day at all, within the assignment.</summary>
    private DateOnly? DayOf(StatementResult result)
    {
        var (spans, statement) = (_spans[result.Assignment], result.Statement);
        var first = spans[0].Start > statement.Start ? spans[0].Start : statement.Start;
        var last = spans[^1].End < statement.End ? spans[^1].End : statement.End;
        var found = Array.BinarySearch(_dealDays, last);
        var before = found >= 0 ? found : ~found - 1;
        var day = before >= 0 && _dealDays[before] >= first ? _dealDays[before] : last;
        return first <= last ? day : null;
    }

    private sealed record Span(Plan Plan, DateOnly Start, DateOnly End);
}

/// <summary>
/// A component's window. A plan whose fiscal year moves may have two of one name; one whose windows change, two that
/// start on one day.
/// </summary>
/// <param name="Assignment">The assignment's place in the list.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Name">The window's name.</param>
/// <param name="Start">The window's first day.</param>
internal readonly record struct WindowKey(int Assignment, string Component, string Name, DateOnly Start)
{
    /// <summary>The window that a result is of.</summary>
    public static WindowKey Of(WindowResult window) =>
        new(window.Assignment, window.Component, window.Window, window.Start);

    /// <summary>The window of a component that contains a day, by the version of the plan that governs there.</summary>
    public static WindowKey Of(int assignment, Plan plan, Component component, DateOnly day)
    {
        var window = FiscalWindows.Of(component.Window, plan.YearStarts, day);
        return new(assignment, component.Id, window.Name(plan.YearStarts), window.Start);
    }
}
