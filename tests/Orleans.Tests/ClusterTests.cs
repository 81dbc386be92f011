using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Orleans.Tests.Cluster;
using Deal = Commission.Engine.Deal;
using DealStatus = Commission.Engine.DealStatus;

namespace Commission.Orleans.Tests;

/// <summary>The grains on three real silos.</summary>
public sealed class ClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const int Deals = 100;

    [Fact]
    public async Task Deals_RecordedOnThreeSilos_EveryFigureIsThatOfTheEvaluationFromNothing()
    {
        var company = new Company(cluster, "figures");
        await company.PutAsync();
        var standing = await company.RecordAsync(Deals);

        foreach (var rep in Sales.Reps)
        {
            await company.CheckRepAsync(rep, standing);
        }

        await company.CheckTerritoriesAsync(standing);
        foreach (var type in new[] { "rep", "deal" })
        {
            // By chance one of them may have none.
            Assert.InRange(await cluster.SilosWithAsync(type), 2, 3);
        }
    }

    [Fact]
    public async Task Grains_Deactivated_AnswerTheSameFromTheStore()
    {
        var company = new Company(cluster, "dropped");
        await company.PutAsync();
        var standing = await company.RecordAsync(20);
        var account = $"rep/{company.Tenant}/{Sales.Manager}";
        var reads = cluster.Ledger.ReadsOf(account);
        var before = (await cluster.Rep(company.Tenant, Sales.Manager).GetEstimate(null)).Value;

        await company.DeactivateAsync(standing);

        Assert.Equal(before, (await cluster.Rep(company.Tenant, Sales.Manager).GetEstimate(null)).Value);
        Assert.True(cluster.Ledger.ReadsOf(account) > reads);
        foreach (var rep in Sales.Reps)
        {
            await company.CheckRepAsync(rep, standing);
        }

        await company.CheckTerritoriesAsync(standing);
    }

    [Fact]
    public async Task Shard_Deactivated_KnowsItsEventsAndGoesOn()
    {
        var company = new Company(cluster, "resumed");
        await company.PutAsync();
        var deal = Sales.Deal(1);
        var shard = cluster.ShardOf(company.Tenant, deal.Id);
        var first = (await shard.Record(company.Tenant, Sales.Event(deal))).Value!;
        await shard.WaitApplied(first.Position.Number, CancellationToken.None);

        await ClusterFixture.DeactivateAsync(shard);

        var again = (await shard.Record(company.Tenant, Sales.Event(deal))).Value!;
        Assert.True(again.Repeat);
        Assert.Equal(first.Position, again.Position);
        var amended = deal with { Amount = 77_000m };
        var second = (await shard.Record(company.Tenant, Sales.Event(amended, 2))).Value!;
        Assert.True(second.Position.Number > first.Position.Number);
        await shard.WaitApplied(second.Position.Number, CancellationToken.None);
        await company.CheckRepAsync(amended.Owners[0].Rep, [amended]);
    }

    [Fact]
    public async Task Documents_PutThroughOneSilo_AreReadThroughAnother()
    {
        var company = new Company(cluster, "documents");
        await company.PutAsync();

        var plan = (await cluster.Plan(company.Tenant, Sales.PlanId).Get(0)).Value!;
        Assert.Equal((1L, "2026-01-01", Sales.PlanText), (plan.Version, plan.Effective, plan.Text));
        Assert.Equal(Sales.Rep("rep-03"), (await cluster.Rep(company.Tenant, "rep-03").Get()).Value);
        var directory = cluster.Client.GetGrain<IDirectoryGrain>(company.Tenant);
        var listed = (await directory.ListReps(new ListRepsRequest { PageSize = 1000 })).Value!;
        Assert.Equal(Sales.Reps, listed.Reps.Select(rep => rep.Rep_));
        Assert.True((await cluster.Rep(company.Tenant, "rep-03").Put(Sales.Rep("rep-03"))).Value!.Repeat);
        Assert.True((await cluster.Plan(company.Tenant, Sales.PlanId).Publish(Sales.PlanText)).Value!.Repeat);
    }

    [Fact]
    public async Task Rules_ChangedThroughOneSilo_CreditTheNextDealsOnEverySilo()
    {
        var company = new Company(cluster, "rules");
        await company.PutAsync();
        // All silos know the rules as they were, before they change.
        await Task.WhenAll(Sales.Reps.Select(rep => cluster.Rep(company.Tenant, rep)
            .Preview(new Contracts.V1.Deal { Amount = Sales.ToMoney(1m) }).AsTask()));
        var late = new Territory { Territory_ = "late", Title = "Late" };
        late.When.Add(new FieldMatch { Field = "region", AnyOf = { Sales.West, "east" } });
        Assert.True((await cluster.Territory(company.Tenant, "late").Put(late)).IsValue);

        var standing = await company.RecordAsync(40);

        var view = (await cluster.Territory(company.Tenant, "late").Get(null)).Value!;
        Assert.Equal(standing.Count(deal => deal.Status == DealStatus.Won), view.All.Deals);
    }

    [Fact]
    public async Task Watch_ByAClientOutsideTheSilos_SeesAChange()
    {
        var company = new Company(cluster, "watched");
        await company.PutAsync();
        var deal = Sales.Deal(2);
        var rep = cluster.Rep(company.Tenant, deal.Owners[0].Rep);
        var before = (await rep.GetEstimate(null)).Value!.AsOf.Sequence;
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscription = await cluster.Client.GetStreamProvider(StreamNames.Provider)
            .GetStream<RepChanged>(
                StreamId.Create(StreamNames.Estimates, GrainKeys.Of(company.Tenant, deal.Owners[0].Rep)))
            .SubscribeAsync((changed, _) =>
            {
                // Changes from before the subscription may still be on their way.
                if (changed.Sequence > before)
                {
                    seen.TrySetResult();
                }

                return Task.CompletedTask;
            });

        await cluster.ShardOf(company.Tenant, deal.Id).Record(company.Tenant, Sales.Event(deal));

        await seen.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await subscription.UnsubscribeAsync();
        await company.CheckRepAsync(deal.Owners[0].Rep, [deal]);
    }

    /// <summary>The company of <see cref="Sales"/> as one tenant of the cluster.</summary>
    private sealed class Company(ClusterFixture cluster, string tenant)
    {
        public string Tenant => tenant;

        public async Task PutAsync()
        {
            Assert.Equal(1, (await cluster.Plan(tenant, Sales.PlanId).Publish(Sales.PlanText)).Value!.Version);
            foreach (var rep in Sales.Reps)
            {
                Assert.Equal(1, (await cluster.Rep(tenant, rep).Put(Sales.Rep(rep))).Value!.Version);
            }

            foreach (var territory in Sales.Territories())
            {
                Assert.True((await cluster.Territory(tenant, territory.Territory_).Put(territory)).IsValue);
            }
        }

        /// <summary>
        /// Records deals all at once, some of them amended or cancelled and some twice; returns how they stand once all
        /// their credits are durable.
        /// </summary>
        public async Task<List<Deal>> RecordAsync(int count)
        {
            var deals = Enumerable.Range(0, count).Select(Sales.Deal).ToList();
            var recorded = (await Task.WhenAll(deals.Select(deal => RecordAsync(Sales.Event(deal))))).ToList();
            for (var i = 0; i < count; i += 10)
            {
                deals[i] = deals[i] with { Amount = deals[i].Amount + 5000m };
                deals[i + 1] = deals[i + 1] with { Status = DealStatus.Cancelled };
                recorded.Add(await RecordAsync(Sales.Event(deals[i], 2)));
                recorded.Add(await RecordAsync(Sales.Event(deals[i + 1], 2)));
                Assert.True((await RecordAsync(Sales.Event(Sales.Deal(i)))).Repeat);
            }

            await Task.WhenAll(recorded.Select(one =>
                cluster.Shard(one.Position.Shard).WaitApplied(one.Position.Number, CancellationToken.None)));
            return deals;
        }

        public async Task CheckRepAsync(string rep, IReadOnlyList<Deal> standing)
        {
            var expected = Sales.Evaluate(rep, standing);
            var answer = (await cluster.Rep(tenant, rep).GetEstimate("2026-03-31")).Value!;
            var statement = expected.Statements.Single(one => one.Statement.Period == "2026-03").Statement;
            Assert.Equal((rep, statement.Earned), (rep, Sales.ToDecimal(answer.Earned)));
            Assert.Equal(expected.Deals.Sum(deal => deal.Total), Sales.ToDecimal(answer.QuarterToDate));
            foreach (var component in answer.Components)
            {
                var window = expected.Windows.SingleOrDefault(one => one.Component == component.Component);
                Assert.Equal((rep, window?.Credited ?? 0m), (rep, Number(component.Credited)));
                Assert.Equal((rep, window?.Earned ?? 0m), (rep, Sales.ToDecimal(component.Earned)));
            }
        }

        public async Task CheckTerritoriesAsync(IReadOnlyList<Deal> standing)
        {
            var rules = Sales.Rules();
            foreach (var territory in new[] { Sales.West, Sales.All })
            {
                var of = standing.Where(deal => deal.Status == DealStatus.Won
                    && rules.Credit(deal).Territories.Contains(territory)).ToList();
                var total = (await cluster.Territory(tenant, territory).Get(null)).Value!.All;
                Assert.Equal(of.Count, total.Deals);
                Assert.Equal(of.Sum(deal => deal.Amount), Sales.ToDecimal(total.Credited.Single()));
            }
        }

        public async Task DeactivateAsync(IReadOnlyList<Deal> deals)
        {
            IEnumerable<IAddressable> grains =
            [
                .. Sales.Reps.Select(rep => cluster.Rep(tenant, rep)),
                .. deals.Select(deal => cluster.Deal(tenant, deal.Id)),
                cluster.Territory(tenant, Sales.West),
                cluster.Territory(tenant, Sales.All),
                cluster.Plan(tenant, Sales.PlanId),
            ];
            await Task.WhenAll(grains.Select(ClusterFixture.DeactivateAsync));
        }

        private async Task<Recorded> RecordAsync(RecordRequest request) =>
            (await cluster.ShardOf(tenant, request.Deal.Deal_).Record(tenant, request)).Value!;

        private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
    }
}
