using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>Many territories changed at once.</summary>
public sealed class RealignTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Fact]
    public async Task Put_ParentsAndChildrenInAnyOrder_CreditsAsEachPutAlone()
    {
        await using var world = await WithDealsAsync();
        var reply = World.Note(await RealignAsync(world,
            Docs.Territory("low", "mid", "north", "ann"), Docs.Territory("mid", "top", "", "bob"),
            Docs.Territory("top", "", "south", "cy")));
        await world.SettleAsync();

        Assert.Equal((3, false), (reply.Changed, reply.Repeat));
        Assert.Equal(reply.RulesVersion, (await world.Host.Shard(0).GetRealignment(GrainHost.Tenant)).CreditedBy);
        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Put_OfTerritoriesInUse_ShowsTheirNewDocuments()
    {
        await using var world = await WithDealsAsync();
        await RealignAsync(world, Docs.Territory("a", "", "north", "ann"), Docs.Territory("b", "a", "south", "bob"));
        Assert.Equal("a", (await world.TerritoryAsync("b")).Territory.Parent);

        // The one above becomes the one below: no order of single puts could do that.
        await RealignAsync(world, Docs.Territory("a", "b", "north", "cy"), Docs.Territory("b", "", "south", "bob"));
        await world.SettleAsync();

        Assert.Equal("", (await world.TerritoryAsync("b")).Territory.Parent);
        Assert.Equal("cy", (await world.TerritoryAsync("a")).Territory.Members[0].Rep);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Put_Repeated_ChangesNothing()
    {
        await using var world = await WithDealsAsync();
        var a = Docs.Territory("a", "", "north", "ann");
        var first = World.Note(await RealignAsync(world, a));
        var again = World.Note(await world.Host.Client.GetGrain<IRealignmentGrain>(GrainHost.Tenant).Put(
            new RealignRequest { Put = { a }, RulesVersion = 1 }));
        Assert.Equal((first.RulesVersion, true, 0), (again.RulesVersion, again.Repeat, again.Changed));
    }

    [Theory]
    [InlineData("a<b b<a", "put[0].parent", RefusalReason.InvalidField)]
    [InlineData("a<nope", "put[0].parent", RefusalReason.UnknownTerritory)]
    [InlineData("a b a", "put[2].territory", RefusalReason.InvalidField)]
    [InlineData("b a+zed", "put[1].members[0].rep", RefusalReason.UnknownRep)]
    [InlineData("b <", "put[1].territory", RefusalReason.InvalidField)]
    [InlineData("", "put", RefusalReason.InvalidField)]
    public async Task Put_AnythingWrong_ChangesNothingAndNamesThePlace(string put, string field, RefusalReason reason)
    {
        await using var world = await WithDealsAsync();
        var request = new RealignRequest();
        request.Put.AddRange(put.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse));

        var refused = await world.Host.Client.GetGrain<IRealignmentGrain>(GrainHost.Tenant).Put(request);

        Assert.Contains((reason, field), refused.Refusals.Select(one => (one.Reason, one.Field)));
        Assert.Empty(World.Note(await world.Host.Directory.ListTerritories(new ListTerritoriesRequest())).Territories);
    }

    [Fact]
    public async Task Put_OtherRulesThanWereRead_IsAConcurrentChange()
    {
        await using var world = await WithDealsAsync();
        var version = World.Note(await RealignAsync(world, Docs.Territory("a"))).RulesVersion;
        await world.PutAsync(Docs.Territory("b"));
        var realignment = world.Host.Client.GetGrain<IRealignmentGrain>(GrainHost.Tenant);
        var stale = new RealignRequest { Put = { Docs.Territory("a", "b") }, RulesVersion = version };

        Assert.Equal(
            (RefusalReason.ConcurrentChange, "rules_version"),
            (await realignment.Put(stale)).Refusals is [var one] ? (one.Reason, one.Field) : default);
        stale.RulesVersion++;
        Assert.Equal(1, World.Note(await realignment.Put(stale)).Changed);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Try_RandomCompany_SaysWhatThePutThenChanges(int seed)
    {
        var company = new Company(seed);
        await using var world = World.InMemory();
        await CompanyLife.PutAllAsync(world, company);
        await CompanyLife.RoundAsync(world, company, new Random(seed));
        await world.SettleAsync();
        var put = company.Territories().ToArray();
        var before = await CreditsAsync(world);

        var (changed, payees) = await TryAsync(world, put);
        World.Note(await RealignAsync(world, put));
        await world.SettleAsync();
        var after = await CreditsAsync(world);

        var moved = before.Keys.Where(deal => before[deal] != after[deal]).ToList();
        Assert.Equal(moved.Count, changed);
        Assert.Equal(Differing(before, after), payees);
        await Audit.CheckAsync(world);
    }

    /// <summary>Each deal's territories and credits, as they are kept.</summary>
    private static async Task<Dictionary<string, string>> CreditsAsync(World world)
    {
        var credits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var deal in world.Log.Select(request => request.Deal.Deal_).Distinct(StringComparer.Ordinal))
        {
            var view = World.Note(await world.Host.Deal(deal).Get(new GetDealRequest { Deal = deal }, default));
            credits[deal] = string.Join(' ', view.Territories) + ":" + string.Join(
                ' ', view.Credits.SelectMany(rep => rep.Roles.Select(role => $"{rep.Rep}/{role.Role}/{role.Share}")));
        }

        return credits;
    }

    private static List<string> Differing(Dictionary<string, string> before, Dictionary<string, string> after) =>
        [.. before.Keys.SelectMany(deal =>
        {
            var (was, now) = (Parts(before[deal]), Parts(after[deal]));
            return was.Except(now).Concat(now.Except(was)).Select(part => part[..part.LastIndexOf('/')]);
        }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string[] Parts(string credits) =>
        credits.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<(long Changed, List<string> Payees)> TryAsync(World world, Territory[] put)
    {
        var (changed, payees) = (0L, new HashSet<string>(StringComparer.Ordinal));
        for (var shard = 0; shard < world.Host.Settings.Shards; shard++)
        {
            var trial = world.Host.Client.GetGrain<IRealignmentTrialGrain>(
                GrainKeys.Of(GrainHost.Tenant, ShardKeys.Of(shard)));
            var part = World.Note(await trial.Try(new TryRealignment { Put = { put } }, default));
            changed += part.DealsChanged;
            payees.UnionWith(part.Payees.Select(row => $"{row.Rep}/{row.Role}"));
        }

        return (changed, [.. payees.Order(StringComparer.Ordinal)]);
    }

    private static async Task<Answer<RealignReply>> RealignAsync(World world, params Territory[] put)
    {
        var answer = await world.Host.Client.GetGrain<IRealignmentGrain>(GrainHost.Tenant).Put(
            new RealignRequest { Put = { put } });
        foreach (var territory in answer.IsValue ? put : [])
        {
            world.Territories[territory.Territory_] = territory;
        }

        return answer;
    }

    // "id<parent+member"; all but the id may be absent.
    private static Territory Parse(string text)
    {
        var member = text.Split('+');
        var parent = member[0].Split('<');
        return Docs.Territory(
            parent[0], parent.Length > 1 ? parent[1] : "", "", member.Length > 1 ? [member[1]] : []);
    }

    private static async Task<World> WithDealsAsync()
    {
        var world = await World.WithRepsAsync("ann", "bob", "cy");
        for (var i = 0; i < 12; i++)
        {
            await world.CreditAsync(
                Docs.Event($"e{i}", $"d{i}", 100m, region: i % 2 == 0 ? "north" : "south", owners: "ann"));
        }

        return world;
    }
}
