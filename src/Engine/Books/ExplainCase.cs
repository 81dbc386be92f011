using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Which figure of a conformance case to explain. With nothing chosen: its last statement.</summary>
/// <param name="Component">A component's id; alone: its last window that has a credit.</param>
/// <param name="Window">A window's name; without a component: every component that has it.</param>
/// <param name="Deal">A deal's id.</param>
/// <param name="Period">A statement period's name.</param>
/// <param name="Credits">The most deals that one list has; at least 0.</param>
public sealed record ExplainRequest(
    string? Component = null, string? Window = null, string? Deal = null, string? Period = null, int Credits = 20);

/// <summary>What came of an <see cref="ExplainRequest"/>.</summary>
/// <param name="Explanations">At least one, where nothing is refused.</param>
/// <param name="Refusal">Why there is none, for people, with the nearest name that there is; null where there
/// is.</param>
public sealed record Explained(ImmutableArray<Explanation> Explanations, string? Refusal);

/// <summary>Explains the figures of conformance cases.</summary>
public sealed class ExplainCase
{
    private readonly RepBooks _books;
    private readonly Evaluation _evaluation;
    private readonly ExplainRequest _request;
    private readonly ExplainOptions _options;
    private readonly List<Component> _components;

    private ExplainCase(ConformanceCase example, ExplainRequest request)
    {
        _request = request;
        _options = new ExplainOptions(example.Credits, request.Credits);
        _evaluation = Conformance.Evaluate(example);
        _components =
        [
            .. example.Plans.Reverse().SelectMany(plan => plan.Components)
                .DistinctBy(component => component.Id, StringComparer.Ordinal),
        ];
        _books = Conformance.Books(example, also: []);
    }

    /// <summary>Finds the figure, and explains it.</summary>
    public static Explained Of(ConformanceCase example, ExplainRequest request)
    {
        var found = new ExplainCase(example, request);
        return found.Unknown() is { } refusal ? Refused(refusal)
            : request.Deal is not null ? found.OfDeal()
            : request.Window is not null || (request.Component is not null && request.Period is null)
                ? found.OfWindow()
            : found.OfStatement();
    }

    /// <summary>A question whether the nearest of several names was meant, to stand behind a refusal; empty where
    /// none is near.</summary>
    public static string NearestTo(string written, IEnumerable<string> known) =>
        Nearest.To(written, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    private string? Unknown()
    {
        var deals = _evaluation.Deals.Select(deal => deal.Deal).Concat(_evaluation.Unassigned);
        var chosen = new[] { _request.Deal, _request.Window, _request.Period }.Count(choice => choice is not null);
        return chosen > 1 ? "choose one of a deal, a window and a period"
            : Unknown("component", _request.Component, _components.Select(component => component.Id))
            ?? Unknown("deal", _request.Deal, deals)
            ?? Unknown("period", _request.Period, _evaluation.Statements.Select(row => row.Statement.Period))
            ?? Unknown("window", _request.Window, _evaluation.Windows.Select(window => window.Window));
    }

    private static string? Unknown(string kind, string? name, IEnumerable<string> known)
    {
        var names = known.Distinct(StringComparer.Ordinal).ToList();
        if (name is null || names.Contains(name, StringComparer.Ordinal))
        {
            return null;
        }

        return $"the case has no {kind} '{name}'{NearestTo(name, names)}";
    }

    private Explained OfDeal()
    {
        var explanation = _books.ExplainEarnedBy(_request.Deal!, _options)!;
        if (_request.Component is not { } component)
        {
            return Found(explanation);
        }

        if (_evaluation.Unassigned.Contains(_request.Deal!, StringComparer.Ordinal))
        {
            return Refused($"no plan is in force for deal '{_request.Deal}', so '{component}' does not count it");
        }

        return explanation.OfComponent(component) is { } part
            ? Found(part)
            : Refused($"the plan in force for deal '{_request.Deal}' has no component '{component}'");
    }

    private Explained OfWindow()
    {
        var windows = _evaluation.Windows
            .Where(row => _request.Component is null || row.Component == _request.Component).ToList();
        var name = _request.Window ?? windows.LastOrDefault()?.Window;
        var found = windows.Where(row => row.Window == name)
            .Select(row => _books.ExplainWindow(row.Component, row.Window, _options)).OfType<Explanation>();
        if (found.ToImmutableArray() is { IsEmpty: false } explanations)
        {
            return new Explained(explanations, null);
        }

        var counts = _components.First(component => component.Id == _request.Component);
        return Refused(counts.Window == WindowKind.Deal
            ? $"'{counts.Id}' takes each deal by itself: choose a deal, or a period"
            : windows.Count == 0
            ? $"no deal is credited while the plan has '{counts.Id}'"
            : $"'{counts.Id}' has no window '{name}'{NearestTo(name!, windows.Select(row => row.Window))}");
    }

    private Explained OfStatement()
    {
        var chosen = _evaluation.Statements
            .LastOrDefault(row => _request.Period is null || row.Statement.Period == _request.Period);
        if (chosen is null)
        {
            return Refused("no deal of the case is credited while a plan is in force, so there is no statement");
        }

        var first = _evaluation.Deals.Min(deal => deal.Credited);
        var explanation = _books.ExplainStatement(
            first, Earnings.Later(first, chosen.Statement.Start), _options)!;
        if (_request.Component is not { } component)
        {
            return Found(explanation);
        }

        return explanation.OfComponent(component) is { } part
            ? Found(part)
            : Refused($"'{component}' has nothing credited by the end of {chosen.Statement.Period}");
    }

    private static Explained Found(Explanation explanation) => new([explanation], null);

    private static Explained Refused(string why) => new([], why);
}
