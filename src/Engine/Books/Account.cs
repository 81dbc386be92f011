using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>One assignment's credits, and what its statements have come to.</summary>
internal sealed class Account
{
    private PastPeriods? _past;

    public Account(AssignmentRules rules)
    {
        Rules = rules;
        Tree = new CreditTree(rules.Slots);
    }

    public AssignmentRules Rules { get; }

    public CreditTree Tree { get; private set; }

    public CreditView View => new(Tree);

    /// <summary>What the components count of a credit, and what those with deal windows earn by it.</summary>
    public Tally[] Count(VersionRules version, DealCredit credit, CurrencyRates rates)
    {
        var tallies = new Tally[Rules.Slots];
        Count(version, credit, rates, tallies);
        return tallies;
    }

    /// <summary>Takes all credits of an account that has none, in order of their places.</summary>
    public void Load(
        IReadOnlyList<(Place Place, VersionRules Version, DealCredit Credit)> credits, CurrencyRates rates)
    {
        Tree = CreditTreeBuilder.Of(Rules.Slots, credits.Count, (at, tallies) =>
        {
            var (place, version, credit) = credits[at];
            Count(version, credit, rates, tallies);
            return place;
        });
        if (Tree.First is { } first)
        {
            _past?.Forget(DateOnly.FromDayNumber(first.Day));
        }
    }

    private static void Count(VersionRules version, DealCredit credit, CurrencyRates rates, Tally[] tallies)
    {
        AssignmentRules.Count(version, credit, rates, tallies);
        foreach (var component in version.Components)
        {
            if (component.HasDealWindows)
            {
                var window = version.WindowOf(component, credit.Deal.Credited);
                var earned = Pays.Of(component, window, tallies).Earned;
                tallies[component.EarnedSlot] = new Tally(earned, tallies[component.Slot].Counted, 0);
            }
        }
    }

    public void Insert(Place place, Tally[] tallies)
    {
        Tree.Insert(place, tallies);
        _past?.Forget(DateOnly.FromDayNumber(place.Day));
    }

    public void Remove(Place place)
    {
        if (!Tree.Remove(place))
        {
            throw new InvalidOperationException($"The books do not hold {place}, which they list.");
        }

        _past?.Forget(DateOnly.FromDayNumber(place.Day));
    }

    /// <summary>The statement of the period that contains a day of the assignment.</summary>
    /// <param name="on">The day.</param>
    /// <param name="earned">By slot: takes what each component earned in the period.</param>
    public Statement StatementOf(DateOnly on, Span<decimal> earned)
    {
        var (period, version, owed) = PeriodOf(on);
        earned.Clear();
        Earnings.Between(View, Rules, period.Start, period.End, earned);
        return Draws.Settle(version.Plan, period, Earnings.Sum(earned), owed);
    }

    /// <summary>The statement period that contains a day of the assignment, and what was owed when it began.</summary>
    public (Window Period, VersionRules Version, decimal Owed) PeriodOf(DateOnly on)
    {
        var first = FirstDay();
        if (first is null || on < first || HasOwedNothing())
        {
            var version = Rules.VersionOn(on)!;
            return (version.PeriodOf(on), version, 0m);
        }

        return (_past ??= new PastPeriods(Rules)).Of(View, first.Value, on);
    }

    /// <summary>Statements over a span, as if nothing had been before it.</summary>
    public ImmutableArray<Statement> Statements(DateOnly from, DateOnly to) =>
        [.. Periods(from, to).Select(past => Draws.Settle(past.Version.Plan, past.Period, past.Earned, past.Owed))];

    /// <summary>Statement periods over a span with what each earned and what was owed when it began, as if nothing had
    /// been before them.</summary>
    public IEnumerable<(Window Period, VersionRules Version, decimal Earned, decimal Owed)> Periods(
        DateOnly from, DateOnly to)
    {
        if (Rules.Versions.Length == 0)
        {
            yield break;
        }

        var owed = 0m;
        foreach (var (period, version) in Draws.Periods(Rules, Earnings.Later(from, Rules.Versions[0].Start), to))
        {
            var earned = Earnings.Total(View, Rules, period.Start, period.End);
            yield return (period, version, earned, owed);
            owed = Draws.Owed(version.Plan, earned, owed);
        }
    }

    // Nothing was earned or lost, no draw was paid against later earnings, and periods are as long as ever.
    private bool HasOwedNothing() =>
        Tree.Count == 0 && Rules.Versions is [{ Plan.Draw: not { Recoverable: true } }];

    // An assignment without a beginning has statements from its first credit on.
    private DateOnly? FirstDay()
    {
        if (Rules.Assignment.From is not null)
        {
            return Rules.Versions[0].Start;
        }

        return Tree.First is { } place ? DateOnly.FromDayNumber(place.Day) : null;
    }
}
