using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Forecasts from a payee's books. None of them changes the books.</summary>
public static class BookForecasts
{
    /// <summary>What each component of the plan in force on a day would have earned in its window if every component
    /// with a quota stood at one attainment, those without a quota (and those with deal windows, for the statement
    /// period) as they stand. It is what applying a made-up credit dated <paramref name="on"/> would come to that
    /// brings each component there; pay at 100 % of quota is that at 1.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="on">Chooses the plan version and the windows.</param>
    /// <param name="attainment">A fraction of quota: 1 is 100 %.</param>
    /// <returns>Null where no plan is in force that day.</returns>
    public static PayAtAttainment? PayAt(this RepBooks books, DateOnly on, decimal attainment) =>
        books.Find(on, out var version) is { } account
            ? AttainmentPays.Of(account, version!, on, attainment)
            : null;

    /// <summary>Points that draw what one component earns in its window over its own attainment, the other components
    /// as they stand: equal steps, and every place where it bends or jumps (bounds of tiers, of the threshold, of a
    /// curve, of multipliers, gates and matrices by the component itself, and where cap or floor begin to hold). At
    /// a jump there are two points (or three) of one attainment: the limit from below, the value, and the limit from
    /// above, as far as they differ. Straight lines between the points are then the true F before rounding; only
    /// where a multiplier with <c>points</c> goes by the component itself is F curved between bounds, and the steps
    /// approximate it. What other versions of the plan have earned in the window is included as it stands.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="on">Chooses the plan version, whose F is drawn, and the window.</param>
    /// <param name="component">The component's id.</param>
    /// <param name="from">First attainment, 1 is 100 %.</param>
    /// <param name="to">Last attainment, above <paramref name="from"/>.</param>
    /// <param name="steps">1 to 10,000 equal steps.</param>
    /// <returns>In rising order of attainment; empty where no plan is in force, or it has no such component, or that
    /// has no quota or has deal windows.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not above <paramref name="from"/>, or
    /// <paramref name="steps"/> is out of range.</exception>
    public static ImmutableArray<AttainmentPoint> AttainmentCurve(
        this RepBooks books, DateOnly on, string component, decimal from, decimal to, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, 10_000);
        return books.Find(on, out var version) is { } account &&
            version!.Find(component) is { HasDealWindows: false } rules
                ? AttainmentCurves.Of(account, version, rules, on, new CurveSpan(from, to, steps))
                : [];
    }

    /// <summary>What the next unit of each component's measure pays now, and the next unit of money. A unit is
    /// credited in full, whatever a component's <c>when</c> and <c>limit</c> say of single deals, and counts as a
    /// credit, so that it also brings a floor. With deal windows it is a deal of its own. Figures are of the plan
    /// version in force, for all that its windows have counted.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="on">Chooses the plan version and the windows.</param>
    /// <returns>Null where no plan is in force that day.</returns>
    public static NextUnits? NextUnit(this RepBooks books, DateOnly on) =>
        books.Find(on, out var version) is { } account ? UnitPays.Of(account, version!, on) : null;

    /// <summary>What a span of days earns with the payee's pipeline (<see cref="RepBooks.Pipeline"/>): now, if all of
    /// it closes, weighted, and as a distribution. Every way that the deals may go comes to what the books would say
    /// after those deals were applied as won. Deals dated before the span matter where it shares a window with them,
    /// and for a statement where they move what is owed.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="from">First day, such as that of a statement period or a window.</param>
    /// <param name="to">Last day, inclusive.</param>
    /// <param name="options">The day of the forecast, and how to go about it.</param>
    /// <returns>One for each assignment that the span touches, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> lies before <paramref name="from"/>, or an
    /// option is out of range.</exception>
    public static ImmutableArray<PipelineForecast> ForecastPipeline(
        this RepBooks books, DateOnly from, DateOnly to, PipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        Check(options);
        return [.. books.Touched(from, to).Select(account => Pipelines.Of(books, account, from, to, options))];
    }

    private static void Check(PipelineOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.UnknownProbability, 0m, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.UnknownProbability, 1m, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.StatesMax, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Samples, 100, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Samples, 1_000_000, nameof(options));
    }
}
