namespace Commission.Engine;

/// <summary>Forecasts a span of days of one account.</summary>
internal static class Pipelines
{
    public static PipelineForecast Of(
        RepBooks books, Account account, DateOnly from, DateOnly to, PipelineOptions options)
    {
        var deals = OpenDeal.Of(books, account, to, options);
        var course = CourseBuilder.OfStatement(account, deals, from, to);
        var hasPaid = course is not null;
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
            hasPaid ? new PipelineFigures(Paid(now), Paid(all), Paid(weighted), paid) : null);

        decimal Paid((decimal Earned, decimal Owed) end) => course.Paid(end.Earned, end.Owed);
    }

    private static (Distribution Earned, Distribution Paid) Distributed(Course course, PipelineOptions options)
    {
        if (Outcomes.Of(course, options.StatesMax) is { } outcomes)
        {
            return (
                Distributions.Exact(outcomes.Select(outcome => (outcome.State.Earned, outcome.Probability))),
                Distributions.Exact(outcomes.Select(outcome =>
                    (course.Paid(outcome.State.Earned, outcome.State.Owed), outcome.Probability))));
        }

        var samples = Samples.Of(course, options.Samples, options.Seed);
        return (
            Distributions.Sampled([.. samples.Select(sample => sample.Earned)]),
            Distributions.Sampled([.. samples.Select(sample => course.Paid(sample.Earned, sample.Owed))]));
    }
}
