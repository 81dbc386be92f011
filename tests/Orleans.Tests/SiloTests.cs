using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Orleans.Tests;

/// <summary>The whole silo of the cluster build by its public API: Grpc.AspNetCore, Orleans, a file.</summary>
public sealed class SiloTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    // Has deals of its own and shares of others', and none of the other tests' deals.
    private const string Rep = "rep-02";

    [Fact]
    public async Task RecordStream_ManyDealsAndABadOne_EachIsAcknowledgedAndCounted()
    {
        var deals = Enumerable.Range(0, 100).Select(Sales.Deal).ToList();
        var requests = deals.Select(deal => Sales.Event(deal)).Append(new RecordRequest { EventId = "bad" });

        var acks = await silo.Channel.DuplexAsync<RecordRequest, RecordAck>(
            SiloFixture.RecordStream, requests.ToAsyncEnumerable()).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 101).Select(i => (long)i), acks.Select(ack => ack.Index).Order());
        var refused = Assert.Single(acks, ack => ack.Refused is not null);
        Assert.Equal(("bad", "INVALID_FIELD"), (refused.EventId, refused.Refused.Violations[0].Reason));
        foreach (var ack in acks.Where(ack => ack.Recorded is not null))
        {
            await EstimateAsync(Rep, ack.Recorded.Position);
        }

        var expected = Sales.Evaluate(Rep, deals);
        var estimate = await EstimateAsync(Rep, null);
        Assert.Equal(expected.Deals.Sum(deal => deal.Total), Sales.ToDecimal(estimate.QuarterToDate));
        await silo.RestartAsync();
        Assert.Equal(estimate, await EstimateAsync(Rep, null));
    }

    [Fact]
    public async Task PreviewDeal_ThenTheDealItself_PayTheSameCent()
    {
        var deal = Sales.Event(Sales.Deal(5) with { Id = "previewed", Amount = 61_234.56m });
        var rep = deal.Deal.Owners[0].Rep;
        var before = await EstimateAsync(rep, null);
        var preview = await silo.CallAsync<PreviewDealRequest, Preview>(
            SiloFixture.PreviewDeal, new PreviewDealRequest { Rep = rep, Deal = deal.Deal });

        var recorded = await silo.CallAsync<RecordRequest, Recorded>(SiloFixture.Record, deal);

        var after = await EstimateAsync(rep, recorded.Position);
        Assert.NotEqual(0m, Sales.ToDecimal(preview.Change));
        var gained = Sales.ToDecimal(after.QuarterToDate) - Sales.ToDecimal(before.QuarterToDate);
        Assert.Equal(Sales.ToDecimal(preview.Change), gained);
    }

    [Fact]
    public async Task WatchEstimate_DealRecorded_TheNewFiguresFollow()
    {
        var deal = Sales.Event(Sales.Deal(7) with { Id = "watched" });
        await using var updates = silo.Channel.ServerStreamAsync<WatchEstimateRequest, EstimateUpdate>(
            SiloFixture.WatchEstimate, new WatchEstimateRequest { Rep = deal.Deal.Owners[0].Rep }).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        var first = updates.Current.Estimate;

        await silo.CallAsync<RecordRequest, Recorded>(SiloFixture.Record, deal);

        Assert.True(await updates.MoveNextAsync());
        while (updates.Current.Estimate is null)
        {
            Assert.True(await updates.MoveNextAsync());
        }

        var gained = Number(updates.Current.Estimate.Components[0].Credited) - Number(first.Components[0].Credited);
        Assert.Equal(Sales.ToDecimal(deal.Deal.Amount), gained);
    }

    [Fact]
    public async Task Refusal_OfAValue_HasStatusReasonAndFields()
    {
        var deal = Sales.Event(Sales.Deal(9) with { Id = "refused" });
        deal.Deal.Owners[0].Share = "20%";
        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => silo.CallAsync<RecordRequest, Recorded>(SiloFixture.Record, deal));
        Assert.Equal(Code.InvalidArgument, failure.Status);
        // The package has the older name of ErrorInfo's first field; it holds the reason.
        Assert.Equal("SHARE_TOTAL", failure.Detail<ErrorInfo>()!.Type);
        Assert.Equal("deal.owners", failure.Detail<BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task Refusal_OfAnUnknownPayee_IsNotFound()
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => EstimateAsync("nobody", null));
        Assert.Equal(Code.NotFound, failure.Status);
        Assert.Equal("UNKNOWN_REP", failure.Detail<ErrorInfo>()!.Type);
    }

    private Task<Estimate> EstimateAsync(string rep, Position? after) => silo.CallAsync<GetEstimateRequest, Estimate>(
        SiloFixture.GetEstimate, new GetEstimateRequest { Rep = rep, On = "2026-03-31", After = after });

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
