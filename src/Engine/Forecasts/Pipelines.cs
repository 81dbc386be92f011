namespace Commission.Engine;

/// <summary>Forecasts a span of days of one account.</summary>
internal static class Pipelines
{
    public static PipelineForecast Of(
        RepBooks books, Account account, DateOnly from, DateOnly to, PipelineOptions options)
    {
        var deals = OpenDeal.Of(books, account, to, options);
        var course = CourseBuilder.OfStatement(account, deals, from, to);
        course ??= CourseBuilder.OfSpan(account, deals, from, to);
        var counted = Array.FindAll(deals, deal => deal.IsCounted);
        var plan = account.Rules.Versions[^1].Plan;
        var now = course.Follow(_ => null);
        var all = course.Follow(close => close.Whole);
        var weighted = course.Follow(close => close.Probability > 0m ? close.Weighted : null);
        var (earned, paid) = Distributed(course, options);
        return new PipelineForecast(
            plan.Id,
            plan.Currency,
            from,
            to,
            counted.Length,
            OpenDeal.Unknown(books, counted),
            new PipelineFigures(now.Earned, all.Earned, weighted.Earned, earned),
            paid is null
                ? null
                : new PipelineFigures(course.Paid(now), course.Paid(all), course.Paid(weighted), paid));
    }

    private static (Distribution Earned, Distribution? Paid) Distributed(Course course, PipelineOptions options)
    {
        if (Outcomes.Of(course, options.StatesMax) is { } outcomes)
        {
            return (
                Distributions.Exact(outcomes.All.Select(outcome => (outcome.State.Earned, outcome.Probability))),
                course.LastPlan is null
                    ? null
                    : Distributions.Exact(outcomes.All.Select(outcome =>
                        (course.Paid(outcome.State), outcome.Probability))));
        }

        var samples = Samples.Of(course, options.Samples, options.Seed);
        return (
            Distributions.Sampled([.. samples.Select(sample => sample.Earned)]),
            course.LastPlan is null ? null : Distributions.Sampled([.. samples.Select(course.Paid)]));
    }
}
