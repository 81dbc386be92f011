using Commission.Engine;

namespace Commission.Cli.Forecasting;

/// <summary>All that `commission forecast` says of one payee.</summary>
/// <param name="On">The day of the forecast.</param>
/// <param name="Estimate">How the payee stands.</param>
/// <param name="AtQuota">Pay at 100 % of quota.</param>
/// <param name="Units">What the next unit pays.</param>
/// <param name="Spans">The pipeline for the statement period, the windows and the year.</param>
/// <param name="Orders">What each open deal pays by the order in which they close; null for fewer than two.</param>
/// <param name="Goal">What it takes to earn a sum; null where none was asked for.</param>
internal sealed record Forecast(
    DateOnly On,
    Engine.Estimate Estimate,
    PayAtAttainment AtQuota,
    NextUnits Units,
    IReadOnlyList<SpanForecast> Spans,
    OrdersForecast? Orders,
    GoalForecast? Goal)
{
    /// <summary>From books; null where no plan is in force that day.</summary>
    /// <param name="books">They hold the open deals too.</param>
    /// <param name="on">The day.</param>
    /// <param name="open">The open deals in the order listed.</param>
    /// <param name="goal">A sum to earn in the windows of the day; null: none.</param>
    public static Forecast? Of(RepBooks books, DateOnly on, IReadOnlyList<DealCredit> open, decimal? goal) =>
        books.Estimate(on) is { } estimate && books.PayAt(on, 1m) is { } atQuota && books.NextUnit(on) is { } units
            ? new Forecast(
                on,
                estimate,
                atQuota,
                units,
                [.. SpansOf(books, estimate, on)],
                open.Count > 1 ? new OrdersForecast(books.PreviewInOrder(open), books.PreviewOrders(open)) : null,
                goal is { } sum ? GoalForecast.Of(books, estimate, on, open, sum) : null)
            : null;

    private static IEnumerable<SpanForecast> SpansOf(RepBooks books, Engine.Estimate estimate, DateOnly on)
    {
        var plan = books.Assignments.SelectMany(assignment => assignment.Versions)
            .First(version => version.Id == estimate.Plan && version.Effective == estimate.Version);
        var statement = estimate.Statement;
        var windows = plan.Components.Select(component => component.Window).Append(WindowKind.Year)
            .Where(kind => kind != WindowKind.Deal).Distinct().Order()
            .Select(kind => Engine.Windows.Of(kind, plan.YearStarts, on))
            .Where(window => (window.Start, window.End) != (statement.Start, statement.End));
        var options = new PipelineOptions(on);
        yield return Span($"Statement {statement.Period}", statement.Start, statement.End);
        foreach (var window in windows)
        {
            yield return Span($"{window.Kind} {window.Name(plan.YearStarts)}", window.Start, window.End);
        }

        SpanForecast Span(string name, DateOnly from, DateOnly to) =>
            new(name, books.ForecastPipeline(from, to, options).Single(forecast => forecast.Plan == estimate.Plan));
    }
}

/// <summary>The pipeline's effect on one span.</summary>
/// <param name="Name">For people.</param>
/// <param name="Pipeline">The figures.</param>
internal sealed record SpanForecast(string Name, PipelineForecast Pipeline);

/// <summary>Open deals one after another.</summary>
/// <param name="Listed">In the order in which they were listed.</param>
/// <param name="Any">The least and the most of each over all orders.</param>
internal sealed record OrdersForecast(OrderPreview Listed, OrderRanges Any);

/// <summary>What it takes to earn a sum in the windows of a day.</summary>
/// <param name="Sum">In plan currency.</param>
/// <param name="Measures">For each component, how much more of its measure.</param>
/// <param name="Deals">Which open deals.</param>
internal sealed record GoalForecast(
    decimal Sum, IReadOnlyList<(string Component, MeasureGoal Goal)> Measures, DealsGoal Deals)
{
    public static GoalForecast Of(
        RepBooks books, Engine.Estimate estimate, DateOnly on, IReadOnlyList<DealCredit> open, decimal sum) => new(
        sum,
        [.. estimate.Components.Select(part => (part.Component, books.SeekMeasure(on, part.Component, sum)))],
        books.SeekDeals(on, sum, open));
}
