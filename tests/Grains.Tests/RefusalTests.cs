using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>
/// Each refusal names its reason and the exact field, changes nothing, and leaves good events beside it.
/// </summary>
public sealed class RefusalTests
{
    private static readonly Dictionary<string, (Action<RecordRequest> Spoil, RefusalReason Reason, string Field)>
        BadDeals = new()
    {
        ["no event id"] = (one => one.EventId = "", RefusalReason.InvalidField, "event_id"),
        ["control character"] = (one => one.EventId = "a\0b", RefusalReason.InvalidField, "event_id"),
        ["event id too long for the store"] =
            (one => one.EventId = new string('語', 200), RefusalReason.InvalidField, "event_id"),
        ["negative version"] = (one => one.Version = -1, RefusalReason.InvalidField, "version"),
        ["no deal"] = (one => one.Deal = null, RefusalReason.InvalidField, "deal"),
        ["no deal id"] = (one => one.Deal.Deal_ = "", RefusalReason.InvalidField, "deal.deal"),
        ["deal id too long"] = (one => one.Deal.Deal_ = new string('d', 201), RefusalReason.InvalidField, "deal.deal"),
        ["deal id too long for the store"] =
            (one => one.Deal.Deal_ = new string('語', 200), RefusalReason.InvalidField, "deal.deal"),
        ["31 February"] = (one => one.Deal.Credited = "2026-02-31", RefusalReason.InvalidField, "deal.credited"),
        ["no day"] = (one => one.Deal.Credited = "", RefusalReason.InvalidField, "deal.credited"),
        ["year 1"] = (one => one.Deal.Credited = "0001-01-01", RefusalReason.InvalidField, "deal.credited"),
        ["no status"] = (one => one.Deal.Status = DealStatus.Unspecified, RefusalReason.InvalidField, "deal.status"),
        ["unknown status"] = (one => one.Deal.Status = (DealStatus)77, RefusalReason.InvalidField, "deal.status"),
        ["bad currency"] =
            (one => one.Deal.Amount.Currency = "usd", RefusalReason.InvalidField, "deal.amount.currency"),
        ["bad nanos"] = (one => one.Deal.Amount.Nanos = 1_000_000_000, RefusalReason.InvalidField, "deal.amount.nanos"),
        ["mixed signs"] = (one => one.Deal.Amount.Nanos = -5, RefusalReason.InvalidField, "deal.amount.nanos"),
        ["enormous amount"] = (one => one.Deal.Amount.Units = long.MaxValue, RefusalReason.InvalidField, "deal.amount"),
        ["margin in another currency"] = (one => one.Deal.Margin = new Money { Currency = "EUR" },
            RefusalReason.InvalidField, "deal.margin.currency"),
        ["quantity of letters"] = (one => one.Deal.Quantity = "ten", RefusalReason.InvalidField, "deal.quantity"),
        ["enormous quantity"] = (one => one.Deal.Quantity = "9999999999999999999999999",
            RefusalReason.InvalidField, "deal.quantity"),
        ["chance of 120 %"] = (one => one.Deal.Probability = "120%", RefusalReason.InvalidField, "deal.probability"),
        ["unknown payee"] = (one => one.Deal.Owners[1].Rep = "zoe", RefusalReason.UnknownRep, "deal.owners[1].rep"),
        ["payee without id"] = (one => one.Deal.Owners[1].Rep = "", RefusalReason.InvalidField, "deal.owners[1].rep"),
        ["payee twice"] = (one => one.Deal.Owners[1].Rep = "ann", RefusalReason.InvalidField, "deal.owners[1].rep"),
        ["negative share"] =
            (one => one.Deal.Owners[1].Share = "-50%", RefusalReason.InvalidField, "deal.owners[1].share"),
        ["share of 150 %"] =
            (one => one.Deal.Owners[0].Share = "150%", RefusalReason.InvalidField, "deal.owners[0].share"),
        ["largest decimal as share"] = (one => one.Deal.Owners[0].Share = "79228162514264337593543950335",
            RefusalReason.InvalidField, "deal.owners[0].share"),
        ["shares of 120 %"] = (one => one.Deal.Owners[1].Share = "70%", RefusalReason.ShareTotal, "deal.owners"),
        ["field without name"] = (one => one.Deal.Fields[""] = "x", RefusalReason.InvalidField, "deal.fields[]"),
    };

    public static TheoryData<string> BadDealNames => [.. BadDeals.Keys];

    [Theory]
    [MemberData(nameof(BadDealNames))]
    public async Task Record_BadDeal_IsRefusedAndChangesNothing(string name)
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        await world.CreditAsync(Docs.Event("good", "d0", 1000m, owners: ["ann", "bob"]));
        var (spoil, reason, field) = BadDeals[name];
        var bad = Docs.Event("bad", "d1", 1000m, owners: ["ann", "bob"]);
        spoil(bad);

        var before = await HeadsAsync(world);
        var answers = await Task.WhenAll(
            world.TryRecordAsync(Docs.Event("beside 1", "d1", 100m, owners: "ann")),
            world.TryRecordAsync(bad),
            world.TryRecordAsync(Docs.Event("beside 2", "d2", 100m, owners: "bob")));

        Assert.Equal((reason, field), Reasons(answers[1]));
        Assert.True(answers[0].IsValue && answers[2].IsValue);
        Assert.Equal(before + 2, await HeadsAsync(world));
        await Audit.CheckAsync(world);
        Assert.Empty(world.Host.Log.Errors);
    }

    [Fact]
    public async Task Record_SeveralMistakes_AreAllNamedAtOnce()
    {
        await using var world = await World.WithRepsAsync("ann");
        var bad = Docs.Event("", "d1", 1m, "2026-13-01", owners: ["ann"]);
        bad.Deal.Owners[0].Share = "x";

        var answer = await world.TryRecordAsync(bad);

        Assert.Equal(
            ["event_id", "deal.credited", "deal.owners[0].share"], answer.Refusals.Select(refusal => refusal.Field));
    }

    [Fact]
    public async Task Put_BadPayee_IsRefusedAndChangesNothing()
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        await world.PutAsync(Docs.Rep("cid", "bob"));
        var cases = new (Action<Rep> Spoil, RefusalReason Reason, string Field)[]
        {
            (rep => rep.Manager = "zoe", RefusalReason.UnknownRep, "manager"),
            (rep => rep.Manager = "ann", RefusalReason.InvalidField, "manager"),
            (rep => rep.Assignments[0].Plan = "none", RefusalReason.UnknownPlan, "assignments[0].plan"),
            (rep => rep.Assignments[0].Plan = "a b", RefusalReason.InvalidField, "assignments[0].plan"),
            (rep => rep.Assignments[0].From = "2026-02-31", RefusalReason.InvalidField, "assignments[0].from"),
            (rep => rep.Assignments[0].To = "2025-01-01", RefusalReason.InvalidField, "assignments[0].to"),
            (rep => rep.Assignments[0].Prorate = "weeks", RefusalReason.InvalidField, "assignments[0].prorate"),
            (rep => rep.Assignments[0].Quotas["bookings"].Window = "week",
                RefusalReason.InvalidField, "assignments[0].quotas[bookings].window"),
            (rep => rep.Assignments[0].Quotas["bookings"].Amount = "-1",
                RefusalReason.InvalidField, "assignments[0].quotas[bookings].amount"),
            (rep => rep.Assignments[0].Quotas["bookings"].Yearly = "1",
                RefusalReason.InvalidField, "assignments[0].quotas[bookings]"),
            (rep => rep.Assignments[0].Targets["commission"] = "1e5",
                RefusalReason.InvalidField, "assignments[0].targets[commission]"),
            (rep => rep.Assignments.Add(Docs.Rep("x").Assignments[0]),
                RefusalReason.InvalidField, "assignments[1].from"),
            (rep => rep.Assignments.Insert(0, new Assignment { Plan = "none", From = "2027-01-01" }),
                RefusalReason.InvalidField, "assignments[0].from"),
        };
        foreach (var (spoil, reason, field) in cases)
        {
            var bad = Docs.Rep("ann");
            spoil(bad);

            Assert.Equal((reason, field), Reasons(await world.Host.Rep("ann").Put(bad)));
            Assert.Equal(world.Reps["ann"], World.Note(await world.Host.Rep("ann").Get()));
        }

        var cycle = Docs.Rep("bob", "cid");
        Assert.Equal((RefusalReason.InvalidField, "manager"), Reasons(await world.Host.Rep("bob").Put(cycle)));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Put_AssignmentsOutOfOrder_AreNamedByTheirPlaceInTheDocument()
    {
        await using var world = await World.WithRepsAsync("ann");
        var bad = Docs.Rep("ann");
        bad.Assignments.Insert(0, new Assignment { Plan = "none", From = "2027-01-01" });
        bad.Assignments[1].To = "2026-12-31";

        Assert.Equal((RefusalReason.UnknownPlan, "assignments[0].plan"), Reasons(await world.Host.Rep("ann").Put(bad)));
    }

    [Fact]
    public async Task Put_BadTerritory_IsRefusedAndChangesNothing()
    {
        await using var world = await CreditingTests.WithHierarchyAsync();
        var cases = new (Action<Territory> Spoil, RefusalReason Reason, string Field)[]
        {
            (one => one.Parent = "moon", RefusalReason.UnknownTerritory, "parent"),
            (one => one.Parent = "north", RefusalReason.InvalidField, "parent"),
            (one => one.Parent = "world", RefusalReason.InvalidField, "parent"),
            (one => one.Members.Add(new TerritoryMember { Rep = "zoe" }), RefusalReason.UnknownRep, "members[0].rep"),
            (one => one.Members.Add(new TerritoryMember { Rep = "ann", Role = "boss" }),
                RefusalReason.InvalidField, "members[0].role"),
            (one => one.Members.Add(new TerritoryMember { Rep = "ann", Share = "-1%" }),
                RefusalReason.InvalidField, "members[0].share"),
            (one => one.Members.Add(new TerritoryMember { Rep = "ann", From = "2026-02-01", To = "2026-01-01" }),
                RefusalReason.InvalidField, "members[0].to"),
            (one => one.When.Add(new FieldMatch { Field = "region" }), RefusalReason.InvalidField, "when[0]"),
            (one => one.When.Add(new FieldMatch { AnyOf = { "x" } }), RefusalReason.InvalidField, "when[0].field"),
            (one => one.When.Add(new FieldMatch { Field = "amount", Min = "x" }),
                RefusalReason.InvalidField, "when[0].min"),
        };
        foreach (var (spoil, reason, field) in cases)
        {
            var bad = Docs.Territory("world");
            spoil(bad);

            Assert.Equal((reason, field), Reasons(await world.Host.Territory("world").Put(bad)));
            Assert.Equal(world.Territories["world"], (await world.TerritoryAsync("world")).Territory);
        }
    }

    [Fact]
    public async Task Publish_BadPlan_IsRefusedWithThePlaceOfEachMistake()
    {
        await using var world = await World.WithRepsAsync("ann");
        var bad = Docs.Flat.Replace("rate: 5%", "rte: 5%", StringComparison.Ordinal)
            .Replace("credit: [owner]", "credit: [boss]", StringComparison.Ordinal);

        var answer = await world.Host.Plan("flat").Publish(bad);

        Assert.NotEmpty(answer.Refusals);
        Assert.All(answer.Refusals, refusal =>
        {
            Assert.Equal(RefusalReason.PlanInvalid, refusal.Reason);
            Assert.StartsWith("text.components[0].", refusal.Field, StringComparison.Ordinal);
            Assert.Contains("line ", refusal.Message, StringComparison.Ordinal);
        });
        Assert.Equal(Docs.Flat, World.Note(await world.Host.Plan("flat").Get(0)).Text);
        Assert.False((await world.Host.Plan("any").Validate(bad)).Valid);
    }

    [Fact]
    public async Task Queries_OfWhatIsNotThere_AreRefused()
    {
        await using var world = await World.WithRepsAsync("ann");
        var host = world.Host;

        Assert.Equal((RefusalReason.UnknownRep, "rep"), Reasons(await host.Rep("zoe").GetEstimate(null)));
        Assert.Equal((RefusalReason.UnknownRep, "rep"), Reasons(await host.Rep("zoe").Get()));
        Assert.Equal((RefusalReason.UnknownRep, "rep"), Reasons(await host.Rep("zoe").Preview(new Deal())));
        Assert.Equal((RefusalReason.NoAssignment, "on"), Reasons(await host.Rep("ann").GetEstimate("2025-12-31")));
        Assert.Equal((RefusalReason.InvalidField, "on"), Reasons(await host.Rep("ann").GetEstimate("2026-02-31")));
        Assert.Equal((RefusalReason.InvalidField, "on"), Reasons(await host.Rep("ann").GetEstimate("9999-12-31")));
        Assert.Equal((RefusalReason.UnknownTerritory, "territory"), Reasons(await host.Territory("zoo").Get(null)));
        Assert.Equal((RefusalReason.UnknownPlan, "plan"), Reasons(await host.Plan("none").Get(0)));
        Assert.Equal((RefusalReason.UnknownPlan, "plan"), Reasons(await host.Plan("flat").Get(2)));
        Assert.Equal((RefusalReason.InvalidField, "deal.amount.currency"), Reasons(await host.Rep("ann").Preview(
            new Deal { Amount = new Money { Currency = "XYZ" } })));
        Assert.Equal((RefusalReason.InvalidField, "page_size"),
            Reasons(await host.Directory.ListReps(new ListRepsRequest { PageSize = 1001 })));
        Assert.Equal((RefusalReason.InvalidField, "page_token"),
            Reasons(await host.Directory.ListReps(new ListRepsRequest { PageToken = "\0" })));
    }

    [Fact]
    public async Task Record_MoreThanMayWait_IsRefusedAsOverloadedAndTheRestIsKept()
    {
        await using var world = new World(new GrainHost(
            Stores.Of(new Storage.MemoryStore()),
            new GrainSettings { Shards = 1, DealsInFlight = 1, BacklogLimit = 2, WaitingLimit = 2 }));
        await world.PublishAsync(Docs.Flat);
        await world.PutAsync(Docs.Rep("ann"));
        var open = new TaskCompletionSource();
        world.Host.Gate.HoldAccount = account =>
            account.StartsWith("rep/", StringComparison.Ordinal) ? open.Task : Task.CompletedTask;
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));

        var first = await world.RecordAsync(Docs.Event("e0", "d0", 1m, owners: "ann"));
        var second = await world.RecordAsync(Docs.Event("e1", "d1", 1m, owners: "ann"));
        // Which of them comes first is not known where they go over a network.
        var more = Enumerable.Range(2, 3)
            .Select(i => world.TryRecordAsync(Docs.Event($"e{i}", $"d{i}", 1m, owners: "ann"))).ToList();
        var refused = await Task.WhenAny(more);
        open.SetResult();

        Assert.Equal((RefusalReason.Overloaded, ""), Reasons(await refused));
        Assert.All((await Task.WhenAll(more)).Where(one => one != refused.Result), one => Assert.True(one.IsValue));
        Assert.Equal((1, 2), (first.Position.Number, second.Position.Number));
        await Audit.CheckAsync(world);
    }

    private static (RefusalReason Reason, string Field) Reasons<T>(Answer<T> answer)
        where T : class
    {
        Assert.False(answer.IsValue);
        Assert.All(answer.Refusals, refusal => Assert.NotEmpty(refusal.Message));
        return (answer.Refusals[0].Reason, answer.Refusals[0].Field);
    }

    private static async Task<long> HeadsAsync(World world)
    {
        var heads = 0L;
        for (var shard = 0; shard < world.Host.Settings.Shards; shard++)
        {
            heads += await world.Host.Store.Log.ReadHeadAsync(shard, default);
        }

        return heads;
    }
}
