using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests;

/// <summary>A watch shows the state, then every change, and loses none.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task WatchEstimate_WhileAMonthIsImported_EndsWithTheEstimate()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        await using var watch = silo.Api.WatchAsync("rep-272").GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current;
        Assert.Equal((0L, await silo.Api.EstimateAsync("rep-272")), (first.Conflated, first.Estimate));

        var report = await SampleCompany.ImportAsync(silo, "orders-2020-06.csv");
        Assert.Equal(SampleCompany.OrdersInJune, report.Progress.Recorded);
        var estimate = await silo.Api.EstimateAsync("rep-272", after: report.Positions[0]);

        var (last, sequence) = (first, first.Sequence);
        while (last.Sequence < estimate.AsOf.Sequence)
        {
            Assert.True(await watch.MoveNextAsync());
            last = watch.Current.Estimate is null ? last : watch.Current;
            sequence += watch.Current.Estimate is null ? 0 : 1 + watch.Current.Conflated;
            Assert.Equal(last.Sequence, sequence);
        }

        Assert.Equal(estimate, last.Estimate);
        Assert.NotEqual(first.Estimate.QuarterToDate, last.Estimate.QuarterToDate);
    }

    [Fact]
    public async Task WatchEstimate_WhereNothingChanges_SendsHeartbeats()
    {
        await using var silo = await RunningSilo.StartAsync("--Commission:Limits:HeartbeatSeconds", "1");
        await SampleCompany.PutDocumentsAsync(silo.Api);
        await using var watch = silo.Api.WatchAsync("rep-281").GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current;

        for (var i = 0; i < 2; i++)
        {
            Assert.True(await watch.MoveNextAsync());
            Assert.Equal(new EstimateUpdate { Sequence = first.Sequence }, watch.Current);
        }
    }

    [Fact]
    public async Task WatchEstimate_OfAChangedQuota_SendsTheEstimateAnew()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var rep = (await silo.Api.RepsAsync()).Reps.Single(rep => rep.Rep_ == "rep-281");
        await using var watch = silo.Api.WatchAsync("rep-281").GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());

        rep.Assignments[0].Quotas["sales"].Amounts["2020-Q4"] = "870001";
        await silo.Api.PutAsync(rep);

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("870001", watch.Current.Estimate.Component("commission").Quota);
    }
}
