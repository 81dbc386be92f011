using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Figures;

/// <summary>What is credited equals sums made straight from the CSV.</summary>
public sealed class TotalsTests(ThreeYears company, SampleSql sql) : IClassFixture<SampleSql>
{
    private const decimal GrandTotal = 77_548_570.20m;
    private readonly Api _api = company.Silo.Api;

    [Fact]
    public void Sample_ReadBySql_IsWhatItsNotesSay()
    {
        Assert.Equal(57_851, sql.Number("select count(*) from lines where amount glob '*[0-9].[0-9][0-9]'"));
        Assert.Equal(SampleCompany.Orders, sql.Number("select count(distinct \"order\") from lines"));
        Assert.Equal(GrandTotal, sql.Number("select sum(cents) from lines") / 100m);
        Assert.Equal(163, sql.Number("select count(*) from quotas"));
    }

    [Fact]
    public void Import_OfEveryOrder_IsRecordedOnce() =>
        Assert.Equal(
            (SampleCompany.Orders, 0, 0),
            (company.Report.Progress.Recorded, company.Report.Progress.Repeated, company.Report.Progress.Refused));

    [Fact]
    public async Task Territories_OfAllTime_EqualTheCsv()
    {
        var expected = sql.Sums("select territory, sum(cents) from lines group by territory");
        var deals = sql.Rows("select territory, count(distinct \"order\") from lines group by territory")
            .ToDictionary(row => (string)row[0], row => (long)row[1], StringComparer.Ordinal);

        Assert.Equal(SampleCompany.Territories.Order(), expected.Keys.Order());
        foreach (var territory in SampleCompany.Territories)
        {
            var all = (await _api.TerritoryAsync(territory)).All;
            Assert.Equal((expected[territory], deals[territory]), (Total(all), all.Deals));
        }
    }

    [Fact]
    public async Task Groups_OfAllTime_EqualTheCsvAndTheirTerritories()
    {
        var expected = sql.Sums("select territory_group, sum(cents) from lines group by territory_group");
        Assert.Equal(SampleCompany.Groups.Order(), expected.Keys.Order());
        foreach (var group in SampleCompany.Groups)
        {
            Assert.Equal(expected[group], Total((await _api.TerritoryAsync(group)).All));
        }
    }

    [Theory]
    [InlineData("2017-12-31")]
    [InlineData("2019-05-01")]
    [InlineData("2020-02-29")]
    public async Task Territories_OfMonthQuarterAndYear_EqualTheCsv(string on)
    {
        var quarter = $"(substr(date, 1, 4), (substr(date, 6, 2) + 2) / 3)";
        foreach (var territory in SampleCompany.Territories.Concat(SampleCompany.Groups))
        {
            var view = await _api.TerritoryAsync(territory, on);
            Assert.Equal(Sum($"substr(date, 1, 7) = substr('{on}', 1, 7)"), Total(view.Month));
            Assert.Equal(Sum($"{quarter} = {quarter.Replace("date", $"'{on}'")}"), Total(view.Quarter));
            Assert.Equal(Sum($"substr(date, 1, 4) = substr('{on}', 1, 4)"), Total(view.Year));

            decimal Sum(string condition) => sql.Number(
                $"select coalesce(sum(cents), 0) from lines where '{territory}' in (territory, territory_group) "
                + $"and {condition}") / 100m;
        }
    }

    [Fact]
    public async Task Owners_ByFiscalQuarter_EqualTheCsv()
    {
        var rows = sql.Rows(
            """
            select q.rep, q.quarter, coalesce(sum(l.cents), 0)
            from quotas q left join lines l on l.rep = q.rep and l.quarter = q.quarter
            group by q.rep, q.quarter
            """);
        var sum = 0m;
        foreach (var row in rows)
        {
            var estimate = await _api.EstimateAsync((string)row[0], FiscalQuarters.LastDay((string)row[1]));
            var owned = OwnedComponent(estimate);
            Assert.Equal((string)row[1], owned.Window.Name);
            Assert.Equal((long)row[2] / 100m, owned.Credited.ToDecimal());
            sum += owned.Credited.ToDecimal();
        }

        Assert.Equal(GrandTotal, sum);
    }

    [Fact]
    public async Task Lines_OutsideTheRepsTerritories_AreCreditedToOwnerAndTerritoryOnce()
    {
        const string Outside = "(rep, territory) not in (select rep, territory from rep_territories)";
        Assert.Equal(19_169, sql.Number($"select count(*) from lines where {Outside}"));

        // The owners' total is GrandTotal by the test above; so are those of the territories and of the groups, and
        // each of those by itself equals the CSV: what lies outside is in all three, and in none of them twice.
        Assert.Equal(GrandTotal, await SumAsync(SampleCompany.Territories));
        Assert.Equal(GrandTotal, await SumAsync(SampleCompany.Groups));

        var mostly = sql.Rows(
            $"""
            select rep, quarter, sum(cents), sum(case when {Outside} then cents else 0 end) as outside
            from lines group by rep, quarter order by outside desc limit 1
            """).Single();
        var estimate = await _api.EstimateAsync((string)mostly[0], FiscalQuarters.LastDay((string)mostly[1]));
        Assert.True((long)mostly[3] > 0);
        Assert.Equal((long)mostly[2] / 100m, OwnedComponent(estimate).Credited.ToDecimal());
    }

    private static ComponentEstimate OwnedComponent(Estimate estimate) =>
        estimate.Component(estimate.Plan == "group-manager" ? "own-sales" : "commission");

    private static decimal Total(TerritoryTotal total) =>
        total.Credited.Count == 0 ? 0m : total.Credited.Single(money => money.Currency == "USD").ToDecimal();

    private async Task<decimal> SumAsync(IEnumerable<string> territories)
    {
        var sum = 0m;
        foreach (var territory in territories)
        {
            sum += Total((await _api.TerritoryAsync(territory)).All);
        }

        return sum;
    }
}
