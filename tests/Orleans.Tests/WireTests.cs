using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains;
using Commission.Grains.Journals;
using Commission.Orleans.Tests.Cluster;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Orleans.Tests;

/// <summary>What crosses between silos and their clients besides values: refusals, failures, cancellation.</summary>
public sealed class WireTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Shard_SeveralFieldsWrong_AllRefusalsArrive()
    {
        var request = new RecordRequest { EventId = "", Version = -1, Deal = new Deal { Deal_ = "d" } };
        var answer = await cluster.ShardOf("wire", "d").Record("wire", request);
        Assert.False(answer.IsValue);
        Assert.Subset(
            answer.Refusals.Select(refusal => refusal.Field).ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal) { "event_id", "version", "deal.credited", "deal.status" });
        Assert.All(answer.Refusals, refusal => Assert.NotEmpty(refusal.Message));
    }

    [Fact]
    public async Task EveryGrain_Refuses_WithReasonAndField()
    {
        Assert.Equal(
            (RefusalReason.UnknownRep, "rep"), Only((await cluster.Rep("wire", "nobody").GetEstimate(null)).Refusals));
        Assert.Equal(
            (RefusalReason.UnknownRep, "rep"),
            Only((await cluster.Rep("wire", "nobody").Preview(new Deal())).Refusals));
        Assert.Equal(
            (RefusalReason.UnknownPlan, "assignments[0].plan"),
            Only((await cluster.Rep("wire", "rep-00").Put(Sales.Rep("rep-00"))).Refusals));
        Assert.Equal(
            (RefusalReason.UnknownPlan, "plan"), Only((await cluster.Plan("wire", "none").Get(0)).Refusals));
        Assert.Equal(
            (RefusalReason.UnknownTerritory, "territory"),
            Only((await cluster.Territory("wire", "none").Get(null)).Refusals));
        var directory = cluster.Client.GetGrain<IDirectoryGrain>("wire");
        Assert.Equal(
            (RefusalReason.InvalidField, "page_size"),
            Only((await directory.ListReps(new ListRepsRequest { PageSize = -1 })).Refusals));
        Assert.Contains(
            (await cluster.Plan("wire", "sales").Publish("plan: 1")).Refusals,
            refusal => refusal.Reason == RefusalReason.PlanInvalid);
    }

    [Fact]
    public async Task Plan_Validated_ProblemsArriveWithTheirPlaces()
    {
        var reply = await cluster.Plan("wire", "any").Validate("plan: sales\ncurency: USD\n");
        Assert.False(reply.Valid);
        Assert.Contains(reply.Problems, problem => problem is { Line: 2, Path: "curency", Hint: "currency" });
    }

    [Fact]
    public async Task Rep_OtherWriter_CallerLearnsThatItIsFenced()
    {
        var rep = cluster.Rep("wire", "fenced");
        await rep.Credit(Credit("d1", 1));
        var appended = await cluster.Ledger.AppendAsync(
            "rep/wire/fenced", 1, [Credit("d2", 1).ToByteArray()], CancellationToken.None);
        Assert.IsType<LedgerAppendResult.Appended>(appended);

        var fenced = await Assert.ThrowsAsync<FencedException>(() => rep.Credit(Credit("d3", 1)));
        Assert.Contains("rep/wire/fenced", fenced.Message, StringComparison.Ordinal);
        // The activation gave itself up; the next one reads what the other wrote, and takes the credit.
        await rep.Credit(Credit("d3", 1));
    }

    [Fact]
    public async Task Rep_DocumentOfAnother_IsABrokenInvariant()
    {
        var broken = await Assert.ThrowsAsync<InvariantException>(
            () => cluster.Rep("wire", "ann").Put(Sales.Rep("bob")));
        Assert.Equal("Broken invariant: payee bob was sent to the grain of ann.", broken.Message);
    }

    [Fact]
    public async Task Rep_StoreFails_TheFailureKeepsItsTypeAndText()
    {
        var down = new StoreUnavailableException("The disk is full.", null, nothingWritten: true, canContinue: true);
        cluster.Ledger.Hold("rep/wire/unstored", Task.FromException(down));
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => cluster.Rep("wire", "unstored").Credit(Credit("d1", 1)));
        Assert.Equal("The disk is full.", failure.Message);
    }

    [Fact]
    public async Task WaitApplied_Cancelled_EndsTheWaitAndNothingElse()
    {
        await cluster.Plan("patient", Sales.PlanId).Publish(Sales.PlanText);
        await cluster.Rep("patient", Sales.Manager).Put(Sales.Rep(Sales.Manager));
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Ledger.Hold($"rep/patient/{Sales.Manager}", released.Task);
        var deal = Sales.Deal(12) with { Owners = [new Engine.OwnerShare(Sales.Manager, 1m)] };
        var shard = cluster.ShardOf("patient", deal.Id);
        var recorded = (await shard.Record("patient", Sales.Event(deal))).Value!;

        using var impatient = new CancellationTokenSource();
        var waiting = shard.WaitApplied(recorded.Position.Number, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        released.SetResult();
        await shard.WaitApplied(recorded.Position.Number, CancellationToken.None);
        var estimate = (await cluster.Rep("patient", Sales.Manager).GetEstimate(null)).Value!;
        Assert.Equal(deal.Amount, decimal.Parse(
            estimate.Components[0].Credited, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static CreditRecord Credit(string deal, long revision) => new()
    {
        Revision = revision,
        Position = new Position { Shard = 0, Number = revision },
        Deal = new Deal { Deal_ = deal },
    };

    private static (RefusalReason, string) Only(IReadOnlyCollection<Refusal> refusals)
    {
        var refusal = Assert.Single(refusals);
        return (refusal.Reason, refusal.Field);
    }
}
