using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What it takes to earn a sum. Pure questions: the books are not changed. Every answer is what an evaluation
/// with exactly that amount, or those deals, comes to.</summary>
public static class GoalSeeking
{
    /// <summary>The finest step that can be asked for.</summary>
    public const decimal FinestStep = 0.000001m;

    /// <summary>The least further amount of a component's measure that earns a goal.</summary>
    /// <remarks>
    /// The amount is credited on the day, at a share of 100 %, to this component only: a deal that other components
    /// count too earns more. It moves the component's own F, and that of components whose multipliers or matrix read
    /// it. In a window of days the amount may come from any number of deals, and the component's limit does not hold
    /// it; with deal windows it is one deal, held by the limit, or for the measure <c>deals</c> that many deals. F
    /// need not rise throughout: a later amount may earn less. Exact to the step and to the cent: no smaller multiple
    /// of the step earns the goal. The search ends at <see cref="DealChecks.MaxMagnitude"/> units, or before, where
    /// what is earned is more than a decimal holds. A few hundred evaluations of F for each component.
    /// </remarks>
    /// <param name="books">The payee's.</param>
    /// <param name="on">The day, and with it plan version, windows and statement period.</param>
    /// <param name="component">The component whose measure is sought.</param>
    /// <param name="goal">In plan currency.</param>
    /// <param name="scope">Which earnings are to reach it.</param>
    /// <param name="step">The amount is a multiple of it, from <see cref="FinestStep"/> to <see
    /// cref="DealChecks.MaxMagnitude"/>; null: the currency's minor unit for amounts and margins, 1 for all else.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The step is none of these.</exception>
    public static MeasureGoal SeekMeasure(this RepBooks books, DateOnly on, string component, decimal goal,
        GoalScope scope = GoalScope.Windows, decimal? step = null)
    {
        if (step is < FinestStep or > DealChecks.MaxMagnitude)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, "Not a step that can be searched in.");
        }

        if (books.Find(on, out var version) is not { } account)
        {
            return new MeasureGoal.NoPlan();
        }

        if (version!.Find(component) is not { } target)
        {
            return new MeasureGoal.NoComponent();
        }

        var terms = GoalTerms.Of(account, version, on, scope);
        return Seek(new GoalLine(terms, target, on, step ?? StepOf(target)), goal);
    }

    /// <summary>Which open deals to close to earn a goal.</summary>
    /// <remarks>
    /// A deal counts on its own credit date; closing it changes nothing else of it. The set is as small as possible,
    /// then of the least total amount (in plan currency; a deal without a currency rate counts 0 there), then first by
    /// ids. A given deal that the books credit already is taken out first, as if it were still open; one that is lost,
    /// cancelled, without roles, or outside the scope can earn nothing, and is never in a set. Of n deals that can, up
    /// to 20 are searched exactly: at most 2^n sets, far fewer where more never earns less; up to 64 as far as 2^18
    /// evaluations of a set go. Beyond that the answer is greedy, in O(n²) evaluations, and says so.
    /// </remarks>
    /// <param name="books">The payee's.</param>
    /// <param name="on">The day, and with it plan version, windows and statement period.</param>
    /// <param name="goal">In plan currency.</param>
    /// <param name="open">In any order.</param>
    /// <param name="scope">Which earnings are to reach it.</param>
    /// <exception cref="ArgumentException">A deal is listed twice.</exception>
    public static DealsGoal SeekDeals(this RepBooks books, DateOnly on, decimal goal, IReadOnlyList<DealCredit> open,
        GoalScope scope = GoalScope.Windows)
    {
        var scene = new OrderScene(books, open);
        if (books.Find(on, out var version) is not { } account)
        {
            return new DealsGoal.NoPlan();
        }

        var terms = GoalTerms.Of(account, version!, on, scope);
        foreach (var term in terms)
        {
            scene.TakeFrom(account, term.Window.Start, term.End, term.Tallies);
        }

        var closable = scene.Deals.Where(deal => deal.Counts && deal.Context?.Account == account).ToList();
        var sums = new GoalSums(terms, closable, deal =>
            DealMoney.In(version!.Plan.Currency, open[deal.Index].Deal, books.Rates).Amount(open[deal.Index].Deal)
                ?.ToDecimal() ?? 0m);
        return Seek(sums, goal);
    }

    private static DealsGoal Seek(GoalSums sums, decimal goal)
    {
        var now = sums.EarnedWith([]);
        if (now >= goal)
        {
            return new DealsGoal.Reached(now);
        }

        var (set, exact) = GoalSets.Of(sums, goal);
        ImmutableArray<string> ids = [.. set.Deals.Select(deal => sums.Deals[deal].Id)];
        return set.Earned >= goal
            ? new DealsGoal.Needs(ids, set.Earned, exact)
            : new DealsGoal.Unreachable(
                set.Earned, ids, sums.EarnedWith(Enumerable.Range(0, sums.Deals.Count)), exact);
    }

    private static MeasureGoal Seek(GoalLine line, decimal goal)
    {
        var now = line.At(0m);
        if (now.Sum >= goal)
        {
            return new MeasureGoal.Reached(now.Sum);
        }

        var search = new GoalSearch(line);
        if (search.First(goal) is { } found)
        {
            return new MeasureGoal.Needs(found.At * line.Step, found.Sum, search.Exact);
        }

        var most = search.Most();
        most = most.Sum > now.Sum ? search.First(most.Sum) ?? most : now;
        return new MeasureGoal.Unreachable(most.Sum, most.At * line.Step, search.Why(most), search.Exact);
    }

    private static decimal StepOf(ComponentRules component)
    {
        var measure = component.Definition.Measure;
        var money = measure.Kind is MeasureKind.Amount or MeasureKind.Margin ||
            (measure.Kind == MeasureKind.Field && measure.Field is "amount" or "margin");
        return money ? new decimal(1, 0, 0, isNegative: false, (byte)component.Plan.Currency.Digits) : 1m;
    }
}
