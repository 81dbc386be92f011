using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Tests.Harness;
using Google.Protobuf.WellKnownTypes;
using DealStatus = Commission.Contracts.V1.DealStatus;

namespace Commission.Grains.Tests;

/// <summary>A deal's versions and credits, as its grain tells them.</summary>
public sealed class DealHistoryTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Get_OfRandomDeals_IsWhatTheRulesCreditFromNothing(int seed)
    {
        var (random, company) = (new Random(seed), new Company(seed));
        await using var world = World.InMemory();
        await CompanyLife.PutAllAsync(world, company);
        for (var round = 0; round < 3; round++)
        {
            await CompanyLife.RoundAsync(world, company, random);
        }

        await world.SettleAsync();
        foreach (var expected in Audit.Credit(world))
        {
            var view = await GetAsync(world, expected.Deal.Id);
            Assert.Equal(expected.Deal.Status.ToString(), view.Deal.Status.ToString());
            Assert.Equal(expected.Territories, view.Territories);
            Assert.Equal(expected.Reps.SelectMany(Text), view.Credits.SelectMany(Text));
            await HistoryLeadsToAsync(world, view);
        }
    }

    [Fact]
    public async Task Get_OfADealThatAllKindsOfRulesCredit_SaysWhich()
    {
        await using var world = await World.WithRepsAsync("top", "tom");
        await world.PutAsync(Docs.Rep("ann", manager: "top"));
        await world.PutAsync(Docs.Territory("all", members: "tom"));
        await world.PutAsync(Docs.Territory("north", "all", "north", "ann"));
        await world.CreditAsync(Docs.Event("e1", "d1", 1000m, region: "north", owners: "ann"));

        var view = await GetAsync(world, "d1");

        Assert.Equal(["all", "north"], view.Territories);
        Assert.Equal(
            [
                "ann Owner 1: Owner  1", "ann Rollup 1: Territory north 1", "tom Rollup 1: Territory all 1",
                "top Team 1: Manager ann 1",
            ],
            view.Credits.SelectMany(Text));
        Assert.Equal(("e1", 1L), (view.EventId, view.AsOf.Sequence));
    }

    [Fact]
    public async Task History_OfAmendmentsAndRealignment_SaysWhatEachChanged()
    {
        await using var world = await World.WithRepsAsync("ann", "bob", "tom");
        await world.PutAsync(Docs.Territory("north", region: "north"));
        await world.CreditAsync(Docs.Event("e1", "d1", 1000m, region: "north", owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "d1", 1000m, region: "north", owners: ["ann", "bob"]));
        await world.PutAsync(Docs.Territory("north", region: "north", members: "tom"));
        await world.SettleAsync();
        var old = Docs.Event("e3", "d1", 1m, owners: "tom");
        (old.Version, old.Deal.Status) = (0, DealStatus.Cancelled);
        await world.CreditAsync(old);

        var revisions = (await PagesAsync(world, "d1", 3)).ToList();

        Assert.Equal([false, false, true, false], revisions.Select(one => one.CreditedAnew));
        Assert.Equal(["e1", "e2", "e2", "e3"], revisions.Select(one => one.State.EventId));
        Assert.Equal(
            [
                ["+ann owner 1"], ["ann owner 1 to 0.5", "+bob owner 0.5"], ["+tom rollup 1"],
                ["-ann owner 0.5", "-bob owner 0.5", "+tom owner 1", "-tom rollup 1"],
            ],
            revisions.Select(one => one.Changes.Select(Text).ToArray()));
        Assert.Equal(["north"], revisions[0].TerritoriesAdded);
        Assert.Equal(["north"], revisions[3].TerritoriesRemoved);
    }

    [Fact]
    public async Task Get_AsOfEachRevision_IsThatRevision()
    {
        var clock = new SteppedClock();
        await using var world = new World(new GrainHost(Stores.Of(new Storage.MemoryStore()), time: clock));
        await world.PutRepsAsync("ann");
        for (var i = 1; i <= 4; i++)
        {
            clock.Step();
            var recorded = await world.CreditAsync(Docs.Event($"e{i}", "d1", i, owners: "ann"));
            var now = await GetAsync(world, "d1");
            Assert.Equal(recorded.Position, now.Position);
            clock.Step();
            await world.CreditAsync(Docs.Event($"x{i}", "other", i, owners: "ann"));
        }

        foreach (var revision in await PagesAsync(world, "d1", 100))
        {
            var state = revision.State;
            Moment[] moments =
            [
                new() { Sequence = state.AsOf.Sequence }, new() { Position = state.Position },
                new() { Time = state.AsOf.Time },
            ];
            foreach (var moment in moments)
            {
                var request = new GetDealRequest { Deal = "d1", AsOf = moment };
                Assert.Equal(state, World.Note(await world.Host.Deal("d1").Get(request, default)));
            }
        }
    }

    [Theory]
    [InlineData("d2", 0, "", RefusalReason.UnknownDeal, "deal")]
    [InlineData("d1", 101, "", RefusalReason.InvalidField, "page_size")]
    [InlineData("d1", 0, "x", RefusalReason.InvalidField, "page_token")]
    public async Task History_OfWhatThereIsNot_IsRefused(
        string deal, int size, string token, RefusalReason reason, string field)
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 1m, owners: "ann"));
        var request = new GetDealHistoryRequest { Deal = deal, PageSize = size, PageToken = token };

        var refusal = Assert.Single((await world.Host.Deal(deal).History(request, default)).Refusals);

        Assert.Equal((reason, field), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task Get_AsOfWhatHasNotBeen_IsRefused()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 1m, owners: "ann"));
        (Moment Moment, RefusalReason Reason, string Field)[] wrong =
        [
            (new() { Sequence = 2 }, RefusalReason.InvalidField, "as_of.sequence"),
            (new() { Position = new Position { Shard = 99 } }, RefusalReason.InvalidField, "as_of.position.shard"),
            (new() { Position = new Position { Number = 99 } }, RefusalReason.InvalidField, "as_of.position.number"),
            (new() { Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch) },
                RefusalReason.UnknownDeal, "deal"),
            (new(), RefusalReason.InvalidField, "as_of"),
        ];

        foreach (var (moment, reason, field) in wrong)
        {
            var request = new GetDealRequest { Deal = "d1", AsOf = moment };
            var refusal = Assert.Single((await world.Host.Deal("d1").Get(request, default)).Refusals);
            Assert.Equal((reason, field), (refusal.Reason, refusal.Field));
        }
    }

    private static async Task HistoryLeadsToAsync(World world, DealView view)
    {
        var standing = new SortedDictionary<string, PayeeRole>(StringComparer.Ordinal);
        var last = new DealView();
        foreach (var revision in await PagesAsync(world, view.Deal.Deal_, 2))
        {
            Assert.Equal(last.AsOf?.Sequence + 1 ?? 1, revision.State.AsOf.Sequence);
            foreach (var change in revision.Changes)
            {
                var role = $"{change.Rep} {(change.After ?? change.Before).Role}";
                Assert.Equal(change.Before, standing.GetValueOrDefault(role));
                standing.Remove(role);
                if (change.After is not null)
                {
                    standing[role] = change.After;
                }
            }

            last = revision.State;
        }

        Assert.Equal(view, last);
        var roles = view.Credits.SelectMany(payee => payee.Roles.Select(role => ($"{payee.Rep} {role.Role}", role)));
        Assert.Equal(
            roles.OrderBy(role => role.Item1, StringComparer.Ordinal), standing.Select(one => (one.Key, one.Value)));
    }

    private static async Task<IEnumerable<DealRevision>> PagesAsync(World world, string deal, int size)
    {
        var all = new List<DealRevision>();
        var request = new GetDealHistoryRequest { Deal = deal, PageSize = size };
        do
        {
            var page = World.Note(await world.Host.Deal(deal).History(request, default));
            all.AddRange(page.Revisions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return all;
    }

    private static async Task<DealView> GetAsync(World world, string deal) =>
        World.Note(await world.Host.Deal(deal).Get(new GetDealRequest { Deal = deal }, default));

    private static string Text(CreditChange change) => change switch
    {
        { Before: null, After: { } now } => $"+{change.Rep} {now.Role} {now.Share}",
        { Before: { } then, After: null } => $"-{change.Rep} {then.Role} {then.Share}",
        _ => $"{change.Rep} {change.Before!.Role} {change.Before.Share} to {change.After!.Share}",
    };

    private static IEnumerable<string> Text(RepCredit rep) => rep.Roles.Select(role =>
        $"{rep.Rep} {role.Role} {role.Share.ToText()}: " + string.Join("; ", rep.Reasons
            .Where(reason => reason.Role == role.Role)
            .Select(reason => $"{reason.Source} {reason.By} {reason.Share.ToText()}")));

    private static IEnumerable<string> Text(CreditedPayee payee) => payee.Roles.Select(role =>
        $"{payee.Rep} {Word(role.Role)} {role.Share}: "
        + string.Join("; ", role.Ways.Select(way => $"{Word(way.Rule)} {way.By} {way.Share}")));

    private static string Word(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
