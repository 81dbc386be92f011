using Commission.Engine;

namespace Commission.Cli.Forecasting;

/// <summary>All that `commission forecast` says of one payee.</summary>
/// <param name="On">The day of the forecast.</param>
/// <param name="Estimate">How the payee stands.</param>
/// <param name="AtQuota">Pay at 100 % of quota.</param>
/// <param name="Units">What the next unit pays.</param>
/// <param name="Spans">The pipeline for the statement period, the windows and the year.</param>
internal sealed record Forecast(
    DateOnly On,
    Engine.Estimate Estimate,
    PayAtAttainment AtQuota,
    NextUnits Units,
    IReadOnlyList<SpanForecast> Spans)
{
    /// <summary>From books; null where no plan is in force that day.</summary>
    public static Forecast? Of(RepBooks books, DateOnly on) =>
        books.Estimate(on) is { } estimate && books.PayAt(on, 1m) is { } atQuota && books.NextUnit(on) is { } units
            ? new Forecast(on, estimate, atQuota, units, [.. SpansOf(books, estimate, on)])
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
