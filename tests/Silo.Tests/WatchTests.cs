using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;

namespace Commission.Silo.Tests;

/// <summary>A watch shows the state, then every change, and loses none.</summary>
public sealed class WatchTests
{
    private const string Rep = "rep-281";

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

    [Fact]
    public async Task WatchEstimate_OpenedAgain_MarksWhatWasMissed()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var seen = (await FirstAsync(silo, new WatchEstimateRequest { Rep = Rep })).Sequence;
        for (var i = 0; i < 3; i++)
        {
            await CreditAsync(silo, i);
        }

        var estimate = await silo.Api.EstimateAsync(Rep);
        var again = await FirstAsync(silo, new WatchEstimateRequest { Rep = Rep, Since = seen });

        Assert.Equal(seen + 3, estimate.AsOf.Sequence);
        Assert.Equal(
            new EstimateUpdate { Sequence = seen + 3, Conflated = 2, Estimate = estimate }, again);
    }

    [Theory]
    [InlineData("", 0, true)]
    [InlineData(SampleCompany.Today, 0, false)]
    [InlineData(SampleCompany.Today, 5, true)]
    public async Task WatchEstimate_OpenedAgainWhereNothingChanged_SendsWhatMayBeNew(
        string on, long ahead, bool hasEstimate)
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var estimate = await silo.Api.EstimateAsync(Rep);
        var seen = estimate.AsOf.Sequence;

        var again = await FirstAsync(
            silo, new WatchEstimateRequest { Rep = Rep, On = on, Since = seen + ahead });

        Assert.Equal(new EstimateUpdate { Sequence = seen, Estimate = hasEstimate ? estimate : null }, again);
    }

    [Fact]
    public async Task WatchEstimate_OfASequenceBelowNone_IsRefused()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);

        var refused = await Assert.ThrowsAsync<RpcFailure>(
            () => FirstAsync(silo, new WatchEstimateRequest { Rep = Rep, Since = -1 }));

        Assert.Equal(Code.InvalidArgument, refused.Status);
    }

    [Fact]
    public async Task WatchEstimate_AfterARestart_GoesOn()
    {
        using var scratch = new Scratch();
        long seen;
        await using (var silo = await RunningSilo.StartOnAsync(scratch.Store))
        {
            await SampleCompany.PutDocumentsAsync(silo.Api);
            seen = (await FirstAsync(silo, new WatchEstimateRequest { Rep = Rep })).Sequence;
            await CreditAsync(silo, 0);
            await CreditAsync(silo, 1);
        }

        await using var next = await RunningSilo.StartOnAsync(scratch.Store);
        var again = await FirstAsync(next, new WatchEstimateRequest { Rep = Rep, Since = seen });

        Assert.Equal((seen + 2, 1), (again.Sequence, again.Conflated));
        Assert.Equal(await next.Api.EstimateAsync(Rep), again.Estimate);
    }

    private static Task<EstimateUpdate> FirstAsync(RunningSilo silo, WatchEstimateRequest request) =>
        silo.Api.WatchAsync(request).FirstAsync().AsTask();

    private static async Task CreditAsync(RunningSilo silo, int i)
    {
        var recorded = await silo.Api.RecordAsync($"w{i}", new Deal
        {
            Deal_ = $"w{i}",
            Credited = "2020-06-03",
            Status = DealStatus.Won,
            Amount = 100m.ToMoney(),
            Owners = { new DealOwner { Rep = Rep } },
        });
        await silo.Api.EstimateAsync(Rep, after: recorded.Position);
    }
}
