using Commission.Engine.Tests.Rules;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>Pipelines worked out by hand. The quota is 1,000 a month, the day the 10th of March 2026.</summary>
public sealed class PipelineTests
{
    private const string Accelerator = "quota: q\n    tiers: [ { from: 0%, rate: 10% }, { from: 100%, rate: 20% } ]";
    private static readonly DateOnly March = new(2026, 3, 1);
    private static readonly DateOnly EndOfMarch = new(2026, 3, 31);
    private static readonly PipelineOptions Today = new(PayTests.Day);

    [Fact]
    public void Forecast_Accelerator_GivesThreeWaysAndTheDistribution()
    {
        var books = PayTests.Books(Accelerator);
        books.Apply(PayTests.Deal("won", "800"));
        books.Apply(Open("a", "400", 0.5m));
        books.Apply(Open("b", "600", 0.4m));

        var found = books.ForecastPipeline(March, EndOfMarch, Today).Single();

        // 800: 80; 1,200: 140; 1,400: 180; 1,800: 260; weighted 800 + 200 + 240 = 1,240: 148.
        Assert.Equal((2, 0, 80m, 260m, 148m),
            (found.Deals, found.UnknownProbabilities, found.Earned.Now, found.Earned.AllClose, found.Earned.Weighted));
        var distribution = found.Earned.Distribution;
        Assert.Equal((true, 0m, 0), (distribution.IsExact, distribution.StandardError, distribution.Samples));
        Assert.Equal((0.3m * 80m) + (0.3m * 140m) + (0.2m * 180m) + (0.2m * 260m), distribution.Mean);
        Assert.Equal((80m, 140m, 260m), (distribution.P10.Value, distribution.P50.Value, distribution.P90.Value));
        Assert.Equal((80m, 260m), (distribution.Least, distribution.Most));
        Assert.Equal(found.Earned, found.Paid);
    }

    [Fact]
    public void Forecast_WholeTiersAndThreshold_WeightedIsFOfTheWeightedTotal()
    {
        var books = PayTests.Books("quota: q\n    rate: 10%\n    threshold: 80%");
        books.Apply(Open("a", "1000", 0.7m));

        var found = books.ForecastPipeline(March, EndOfMarch, Today).Single().Earned;

        Assert.Equal((0m, 100m, 0m, 70m), (found.Now, found.AllClose, found.Weighted, found.Distribution.Mean));
    }

    [Fact]
    public void Forecast_LimitAndDealWindows_WeighWhatIsCountedAndWhatADealEarns()
    {
        var books = PayTests.Books(
            "rate: 10%\n    limit: 300\n" +
            "  - component: each\n    window: deal\n    tiers: [ { from: 0, rate: 1% }, { from: 500, rate: 5% } ]");
        books.Apply(Open("a", "1001", 0.5m));

        var found = books.ForecastPipeline(March, EndOfMarch, Today).Single().Earned;

        // Half of the 300 counted: 15; half of the deal's own 5 + 25.05, rounded: 15.03.
        Assert.Equal((60.05m, 15m + 15.03m), (found.AllClose, found.Weighted));
    }

    [Fact]
    public void Forecast_OverdueDeal_ClosesOnTheDayOfTheForecast()
    {
        var books = PayTests.Books("rate: 10%");
        books.Apply(Open("late", "100", 1m, new DateOnly(2026, 2, 3)));
        books.Apply(Open("later", "50", 1m, new DateOnly(2026, 4, 1)));

        Assert.Equal(10m, books.ForecastPipeline(March, EndOfMarch, Today)[0].Earned.AllClose);
        Assert.Equal(0m, books.ForecastPipeline(
            new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 28), Today)[0].Earned.AllClose);
        Assert.Equal((2, 15m), Figures(books.ForecastPipeline(
            new DateOnly(2026, 4, 2), new DateOnly(2026, 4, 30), new PipelineOptions(new DateOnly(2026, 4, 2)))[0]));

        static (int, decimal) Figures(PipelineForecast found) => (found.Deals, found.Earned.AllClose);
    }

    [Fact]
    public void Forecast_UnknownProbability_TakesTheParameterAndSaysHowMany()
    {
        var books = PayTests.Books("rate: 10%");
        books.Apply(Open("a", "100", null));
        books.Apply(Open("b", "100", 0.2m));

        var usual = books.ForecastPipeline(March, EndOfMarch, Today)[0];
        var none = books.ForecastPipeline(March, EndOfMarch, Today with { UnknownProbability = 0m })[0];

        Assert.Equal((2, 1, 7m), (usual.Deals, usual.UnknownProbabilities, usual.Earned.Weighted));
        Assert.Equal((2m, 2m), (none.Earned.Weighted, none.Earned.Distribution.Mean));
        Assert.Equal((20m, 10m), (none.Earned.AllClose, none.Earned.Distribution.Most));
    }

    [Fact]
    public void Forecast_DealBeforeTheSpanInTheSameWindow_MovesTheSpanToAHigherTier()
    {
        var books = PayTests.Books(
            "window: year\n    tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 20% } ]");
        books.Apply(PayTests.Deal("won", "500", new DateOnly(2026, 4, 5)));
        books.Apply(Open("a", "1000", 0.5m));

        var april = books.ForecastPipeline(new DateOnly(2026, 4, 1), new DateOnly(2026, 4, 30), Today)[0];

        Assert.Equal((1, 50m, 100m, 75m),
            (april.Deals, april.Earned.Now, april.Earned.AllClose, april.Earned.Distribution.Mean));
    }

    [Fact]
    public void Forecast_Draw_PaidFollowsWhatEarlierStatementsLeaveOwed()
    {
        var books = PayTests.Books("rate: 10%\ndraw: { amount: 100, recoverable: true }");
        books.Apply(PayTests.Deal("jan", "1000", new DateOnly(2026, 1, 5)));
        books.Apply(PayTests.Deal("feb", "1000", new DateOnly(2026, 2, 5)));
        books.Apply(Open("march", "1000", 0.25m));
        books.Apply(PayTests.Deal("april", "3000", new DateOnly(2026, 4, 5)));

        var april = books.ForecastPipeline(new DateOnly(2026, 4, 1), new DateOnly(2026, 4, 30), Today)[0];

        // March without its deal leaves 100 owed, which April pays back.
        Assert.Equal((300m, 300m), (april.Earned.Now, april.Earned.AllClose));
        Assert.Equal((200m, 300m, 225m), (april.Paid!.Now, april.Paid.AllClose, april.Paid.Distribution.Mean));
        Assert.Equal((200m, 300m), (april.Paid.Distribution.P50.Value, april.Paid.Distribution.P90.Value));
    }

    [Fact]
    public void Forecast_IndependentMonths_ConvolveBeyondTheStatesOfAllSubsets()
    {
        var books = PayTests.Books(Accelerator);
        for (var i = 0; i < 40; i++)
        {
            books.Apply(Open($"d{i}", "700", 0.5m, March.AddMonths(i / 4)));
        }

        var year = books.ForecastPipeline(March, new DateOnly(2026, 12, 31), new PipelineOptions(March))[0].Earned;

        // A month: 0, 70, 180, 320 and 460 with 1, 4, 6, 4 and 1 sixteenths.
        Assert.True(year.Distribution.IsExact);
        Assert.Equal(10m * ((4m * 70m) + (6m * 180m) + (4m * 320m) + 460m) / 16m, year.Distribution.Mean);
        Assert.Equal((0m, 4600m), (year.Distribution.Least, year.Distribution.Most));
    }

    [Fact]
    public void Forecast_NoPipeline_IsCertain()
    {
        var books = PayTests.Books("rate: 10%");
        books.Apply(PayTests.Deal("a", "123"));

        var found = books.ForecastPipeline(March, EndOfMarch, Today)[0];

        Assert.Equal((0, 12.3m, 12.3m), (found.Deals, found.Earned.Weighted, found.Earned.Distribution.P10.Value));
        Assert.Empty(books.ForecastPipeline(new DateOnly(2020, 1, 1), new DateOnly(2020, 2, 1), Today));
    }

    [Theory]
    [InlineData(-0.1, 10_000, 1)]
    [InlineData(1.1, 10_000, 1)]
    [InlineData(0.5, 99, 1)]
    [InlineData(0.5, 10_000, -1)]
    public void Forecast_OptionOutOfRange_Throws(double unknown, int samples, int statesMax)
    {
        var options = Today with
        {
            UnknownProbability = (decimal)unknown, Samples = samples, StatesMax = statesMax,
        };
        var books = PayTests.Books("rate: 10%");
        Assert.Throws<ArgumentOutOfRangeException>(() => books.ForecastPipeline(March, EndOfMarch, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => books.ForecastPipeline(EndOfMarch, March, Today));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("2", "1.4142135623730950488016887242")]
    [InlineData("0.0000000004", "0.00002")]
    [InlineData("1000000", "1000")]
    public void SquareRoot_OfANumber_IsRightToFourteenPlaces(string square, string root)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var difference = SquareRoot.Of(decimal.Parse(square, culture)) - decimal.Parse(root, culture);
        Assert.InRange(Math.Abs(difference), 0m, 0.00000000000001m);
    }

    private static DealCredit Open(string id, string amount, decimal? probability, DateOnly? day = null)
    {
        var credit = PayTests.Deal(id, amount, day);
        return credit with { Deal = credit.Deal with { Status = DealStatus.Open, Probability = probability } };
    }
}
