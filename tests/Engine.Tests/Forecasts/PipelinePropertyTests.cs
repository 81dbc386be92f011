namespace Commission.Engine.Tests.Forecasts;

public sealed class PipelinePropertyTests
{
    private const int Worlds = 250;

    [Fact]
    public void Forecast_AnyPipeline_EqualsReallyApplyingEverySubset()
    {
        var uncertain = 0;
        var statements = 0;
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new ForecastWorld(seed, openDeals: 1 + (seed % 6));
            var options = new PipelineOptions(world.AnyDay().AddDays(-60)) { UnknownProbability = 0.35m };
            foreach (var (from, to) in Spans(world))
            {
                var where = $"seed {seed}, {from:o} to {to:o}";
                var found = Check(where, world.Brute, options, from, to);
                uncertain += found?.Earned.Distribution is { } earned && earned.Least < earned.Most ? 1 : 0;
                statements += found?.Paid?.Distribution is { } paid && paid.Least < paid.Most ? 1 : 0;
            }
        }

        Assert.True(uncertain > Worlds && statements > Worlds / 10, $"{uncertain} and {statements} of {Worlds} worlds");
    }

    [Fact]
    public void Forecast_EightDealsInOneYear_EqualsReallyApplyingEverySubset()
    {
        for (var seed = 5000; seed < 5004; seed++)
        {
            var world = new ForecastWorld(seed, openDeals: 8);
            var options = new PipelineOptions(ForecastWorld.Beginning);
            Check($"seed {seed}", world.Brute, options, new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31));
        }
    }

    [Fact]
    public void Forecast_Sampled_HoldsTheExactFiguresInItsIntervals()
    {
        var missed = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var world = new ForecastWorld(700 + seed, openDeals: 9);
            var books = world.Brute.Books();
            var options = new PipelineOptions(ForecastWorld.Beginning) { Samples = 2000, Seed = (ulong)seed };
            var exact = Year(books, options);
            var sampled = Year(books, options with { StatesMax = 0 });
            Assert.Equal((false, 2000), (sampled.IsExact, sampled.Samples));
            Assert.Equal(sampled, Year(books, options with { StatesMax = 0 }));
            Assert.True(exact.Least <= sampled.Least && exact.Most >= sampled.Most);
            Assert.True(Math.Abs(exact.Mean - sampled.Mean) <= 4m * sampled.StandardError, $"seed {seed}");
            missed += Misses(exact.P10, sampled.P10) + Misses(exact.P50, sampled.P50) + Misses(exact.P90, sampled.P90);
        }

        // Intervals of 95 % miss 6 of 120 in the mean, or fewer where values are few.
        Assert.InRange(missed, 0, 15);
    }

    private static Distribution Year(RepBooks books, PipelineOptions options) => books.ForecastPipeline(
        new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), options)[0].Earned.Distribution;

    private static int Misses(Percentile exact, Percentile sampled)
    {
        Assert.True(sampled.Low <= sampled.Value && sampled.Value <= sampled.High);
        return exact.Value < sampled.Low || exact.Value > sampled.High ? 1 : 0;
    }

    private static IEnumerable<(DateOnly From, DateOnly To)> Spans(ForecastWorld world)
    {
        var (one, other) = (world.AnyDay(), world.AnyDay());
        yield return one < other ? (one, other) : (other, one);
        yield return (new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31));
        if (world.Brute.Books().Estimate(world.AnyDay()) is { } estimate)
        {
            yield return (estimate.Statement.Start, estimate.Statement.End);
        }
    }

    private static PipelineForecast? Check(
        string where, BruteForce brute, PipelineOptions options, DateOnly from, DateOnly to)
    {
        var books = brute.Books();
        var found = books.ForecastPipeline(from, to, options).SingleOrDefault();
        var all = brute.After(brute.Open(), options.On);
        var ways = brute.Ways(options);
        if (found is null)
        {
            Assert.Empty(books.EarnedBetween(from, to));
            return null;
        }

        Assert.Equal(Earned(books), found.Earned.Now);
        Assert.Equal(Earned(all), found.Earned.AllClose);
        BruteForce.Check(where, [.. ways.Select(way => (Earned(way.Books), way.Probability))],
            found.Earned.Distribution);
        if (found.Paid is { } paid)
        {
            Assert.Equal((Paid(books), Paid(all)), (paid.Now, paid.AllClose));
            BruteForce.Check(
                where, [.. ways.Select(way => (Paid(way.Books), way.Probability))], paid.Distribution);
        }

        return found;

        decimal Earned(RepBooks of) => of.EarnedBetween(from, to)[0].Amount;

        decimal Paid(RepBooks of)
        {
            var begins = of.Accounts[0].Rules.Versions[0].Start;
            var statement = of.Estimate(begins > from ? begins : from)!.Statement;
            Assert.True((statement.Start, statement.End) == (from, to), $"{where}: {statement}");
            return statement.Paid;
        }
    }
}
