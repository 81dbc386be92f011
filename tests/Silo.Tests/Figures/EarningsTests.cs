using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Figures;

/// <summary>What is earned equals the plans' published rates, applied by SQL in whole cents.</summary>
public sealed class EarningsTests(ThreeYears company, SampleSql sql) : IClassFixture<SampleSql>
{
    // Rates are in hundred-thousandths, so adding half of that rounds half up.
    private const string Earned =
        """
        with sold as (select rep, quarter, sum(cents) as cents from lines group by rep, quarter),
        spiff as (
            select rep, quarter, sum(earned) as earned from (
                select rep, quarter, month, (sum(cents) + 50) / 100 as earned
                from lines where category = 'accessories' group by rep, quarter, month)
            group by rep, quarter)
        select q.rep, q.quarter, q.cents,
               (min(coalesce(s.cents, 0), q.cents) * r.below
                + max(coalesce(s.cents, 0) - q.cents, 0) * r.above + 50000) / 100000,
               coalesce(spiff.earned, 0)
        from quotas q join rates r using (plan) left join sold s using (rep, quarter)
        left join spiff using (rep, quarter)
        order by q.rep, q.quarter
        """;

    private readonly Api _api = company.Silo.Api;

    [Fact]
    public async Task Reps_ByFiscalQuarter_EarnWhatThePlansRatesSay()
    {
        var accelerated = 0;
        foreach (var row in sql.Rows(Earned))
        {
            var estimate = await _api.EstimateAsync((string)row[0], FiscalQuarters.LastDay((string)row[1]));
            var (quota, commission, spiff) = ((long)row[2] / 100m, (long)row[3] / 100m, (long)row[4] / 100m);
            Assert.Equal(quota, estimate.Component("commission").Quota.ToDecimal());
            Assert.Equal(commission, estimate.Component("commission").Earned.ToDecimal());
            Assert.Equal(commission + spiff, estimate.QuarterToDate.ToDecimal());
            accelerated += estimate.Component("commission").Attainment.ToDecimal() > 1m ? 1 : 0;
        }

        // Both sides of 100 % are in the data.
        Assert.InRange(accelerated, 1, 138);
    }

    [Fact]
    public async Task Reps_ByFiscalYear_EarnTheSumOfTheirQuarters()
    {
        var years = sql.Rows(Earned)
            .GroupBy(row => (Rep: (string)row[0], Year: ((string)row[1])[..4]))
            .Select(year => (year.Key.Rep, year.Key.Year, Earned: year.Sum(row => (long)row[3] + (long)row[4]) / 100m));
        foreach (var (rep, year, earned) in years)
        {
            var estimate = await _api.EstimateAsync(rep, FiscalQuarters.LastDay(year + "-Q4"));
            Assert.Equal(earned, estimate.YearToDate.ToDecimal());
        }
    }

    [Theory]
    [InlineData("rep-272", "north-america")]
    [InlineData("rep-290", "europe")]
    [InlineData("rep-294", "pacific")]
    public async Task Manager_OfAGroup_EarnsTheOverrideOnAllThatItSold(string manager, string group)
    {
        var rows = sql.Rows(
            $"""
            select quarter, sum(cents), (sum(cents) * 200 + 50000) / 100000 from lines
            where territory_group = '{group}' and quarter in (select quarter from quotas where rep = '{manager}')
            group by quarter
            """);
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var estimate = await _api.EstimateAsync(manager, FiscalQuarters.LastDay((string)row[0]));
            Assert.Equal((long)row[1] / 100m, estimate.Component("override").Credited.ToDecimal());
            Assert.Equal((long)row[2] / 100m, estimate.QuarterToDate.ToDecimal());
            Assert.Equal(0m, estimate.Component("own-sales").Earned.ToDecimal());
        }
    }
}
