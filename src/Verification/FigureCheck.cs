using Commission.Engine;
using Commission.Mapping;
using Difference = Commission.Contracts.V1.Difference;

namespace Commission.Verification;

/// <summary>What a payee's figures are said to be on a day.</summary>
/// <param name="Period">Name of the statement period.</param>
/// <param name="Earned">In it.</param>
/// <param name="Paid">By its statement.</param>
/// <param name="DrawBalance">After it.</param>
/// <param name="Components">By id.</param>
internal sealed record FiguresOnDay(
    string Period,
    decimal Earned,
    decimal Paid,
    decimal DrawBalance,
    IReadOnlyDictionary<string, ComponentFigures> Components);

/// <summary>What a component's figures are said to be in the window that contains a day.</summary>
internal sealed record ComponentFigures(
    string Window, decimal Credited, decimal? Quota, decimal? Attainment, decimal Earned);

/// <summary>Compares figures with those of an evaluation from nothing.</summary>
/// <param name="place">Whose figures, and of which state.</param>
/// <param name="days">What the evaluation says.</param>
internal sealed class FigureCheck(Difference place, FigureDays days)
{
    /// <summary>What differs in windows and statements.</summary>
    /// <param name="found">The figures on each of <see cref="FigureDays.Days"/>; null: there are none.</param>
    public IEnumerable<Difference> Between(Func<DateOnly, FiguresOnDay?> found) =>
        days.Statements.SelectMany(one => Between(one.Statement.Statement, found(one.Day)))
            .Concat(days.Windows.SelectMany(one => Between(one.Window, found(one.Day))));

    /// <summary>What differs in what each deal earns, and in which deals earn nothing for want of a plan.</summary>
    public IEnumerable<Difference> BetweenDeals(RepBooks books)
    {
        foreach (var expected in days.Evaluation.Deals)
        {
            foreach (var difference in Between(expected, books.EarnedBy(expected.Deal)))
            {
                yield return difference;
            }
        }

        var (wanted, unassigned) = (string.Join(", ", days.Evaluation.Unassigned), string.Join(", ", books.Unassigned));
        if (wanted != unassigned)
        {
            yield return place.Of("unassigned deals", wanted, unassigned);
        }

        if (books.DealCount != days.Evaluation.Deals.Length + days.Evaluation.Unassigned.Length)
        {
            var known = days.Evaluation.Deals.Select(deal => deal.Deal).ToHashSet(StringComparer.Ordinal);
            foreach (var deal in books.Deals().Where(deal => !known.Contains(deal)))
            {
                yield return At(deal).Of("earned", "", books.EarnedBy(deal)!.Total.ToText());
            }
        }
    }

    /// <summary>Where deals do not add up to windows and statements; that is the engine's own fault.</summary>
    public IEnumerable<Difference> BetweenSums()
    {
        var windows = new Dictionary<WindowKey, decimal>();
        foreach (var deal in days.Evaluation.Deals)
        {
            AddTo(windows, deal);
        }

        foreach (var (window, _) in days.Windows)
        {
            var sum = windows.GetValueOrDefault(WindowKey.Of(window));
            if (sum != window.Earned)
            {
                yield return At(window).Of("sum of deals", window.Earned.ToText(), sum.ToText());
            }
        }

        foreach (var difference in BetweenStatements())
        {
            yield return difference;
        }
    }

    private IEnumerable<Difference> BetweenStatements()
    {
        var byDay = new SortedDictionary<DateOnly, decimal>();
        foreach (var deal in days.Evaluation.Deals)
        {
            byDay[deal.Credited] = byDay.GetValueOrDefault(deal.Credited) + deal.Total;
        }

        foreach (var (result, _) in days.Statements)
        {
            var statement = result.Statement;
            var sum = byDay
                .Where(day => statement.Start <= day.Key && day.Key <= statement.End)
                .Where(day => days.PlanOn(day.Key)?.Assignment == result.Assignment)
                .Sum(day => day.Value);
            if (sum != statement.Earned)
            {
                yield return At(statement).Of("sum of deals", statement.Earned.ToText(), sum.ToText());
            }
        }
    }

    private void AddTo(Dictionary<WindowKey, decimal> windows, DealEarning deal)
    {
        var (assignment, plan) = days.PlanOn(deal.Credited)!.Value;
        for (var i = 0; i < deal.Components.Length; i++)
        {
            var key = WindowKey.Of(assignment, plan, plan.Components[i], deal.Credited);
            windows[key] = windows.GetValueOrDefault(key) + deal.Components[i].Earned;
        }
    }

    private IEnumerable<Difference> Between(Statement expected, FiguresOnDay? found)
    {
        var at = At(expected);
        return found is null || found.Period != expected.Period
            ? [at.Of("statement", expected.Period, found?.Period ?? "")]
            : Between(at, "earned", expected.Earned, found.Earned)
                .Concat(Between(at, "paid", expected.Paid, found.Paid))
                .Concat(Between(at, "draw balance", expected.DrawBalance, found.DrawBalance));
    }

    private IEnumerable<Difference> Between(WindowResult expected, FiguresOnDay? found)
    {
        var at = At(expected);
        var other = found?.Components.GetValueOrDefault(expected.Component);
        return other is null || other.Window != expected.Window
            ? [at.Of("window", expected.Window, other?.Window ?? "")]
            : Between(at, "credited", expected.Credited, other.Credited)
                .Concat(Between(at, "quota", expected.Quota, other.Quota))
                .Concat(Between(at, "attainment", expected.Attainment, other.Attainment))
                .Concat(Between(at, "earned", expected.Earned, other.Earned));
    }

    private IEnumerable<Difference> Between(DealEarning expected, DealEarning? found)
    {
        if (found is null || found.Plan != expected.Plan || found.Components.Length != expected.Components.Length)
        {
            return [At(expected.Deal).Of("earned", expected.Total.ToText(), found?.Total.ToText() ?? "")];
        }

        return expected.Components.SequenceEqual(found.Components)
            ? []
            : expected.Components.Zip(found.Components).SelectMany(pair =>
            {
                var at = At(expected.Deal);
                at.Component = pair.First.Component;
                return Between(at, "credited", pair.First.Credited, pair.Second.Credited)
                    .Concat(Between(at, "earned", pair.First.Earned, pair.Second.Earned));
            });
    }

    private static IEnumerable<Difference> Between(Difference at, string figure, decimal? expected, decimal? found) =>
        expected == found ? [] : [at.Of(figure, expected?.ToText() ?? "", found?.ToText() ?? "")];

    private Difference At(Statement statement)
    {
        var at = place.Clone();
        at.Statement = statement.Period;
        return at;
    }

    private Difference At(WindowResult window)
    {
        var at = place.Clone();
        (at.Window, at.Component) = (window.Window, window.Component);
        return at;
    }

    private Difference At(string deal)
    {
        var at = place.Clone();
        at.Deal = deal;
        return at;
    }
}
