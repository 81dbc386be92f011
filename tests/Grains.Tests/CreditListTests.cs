using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.Tests;

/// <summary>Lists of credits, explanations, and what is refused of them.</summary>
public sealed class CreditListTests
{
    private static readonly Dictionary<string, (Action<ListCreditsRequest> Ask, string Field)> BadLists = new()
    {
        ["page size"] = (one => one.PageSize = 1001, "page_size"),
        ["token"] = (one => one.PageToken = "%%", "page_token"),
        ["token of nothing"] = (one => one.PageToken = "AAAA", "page_token"),
        ["window"] = (one => one.Window = "2026-Q5", "window"),
        ["window and days"] = (one => (one.Window, one.From) = ("2026", "2026-01-01"), "window"),
        ["days the wrong way round"] = (one => (one.From, one.To) = ("2026-02-01", "2026-01-01"), "to"),
        ["31 February"] = (one => one.To = "2026-02-31", "to"),
        ["no moment"] = (one => one.AsOf = new Moment(), "as_of"),
        ["change 0"] = (one => one.AsOf = new Moment { Sequence = 0 }, "as_of.sequence"),
        ["change of the future"] = (one => one.AsOf = new Moment { Sequence = 99 }, "as_of.sequence"),
        ["no shard"] = (one => one.AsOf = At(3, 1), "as_of.position.shard"),
        ["before the log"] = (one => one.AsOf = At(0, 0), "as_of.position.number"),
        ["beyond the log"] = (one => one.AsOf = At(0, 99), "as_of.position.number"),
        ["tomorrow"] = (one => one.AsOf = At(DateTimeOffset.UtcNow.AddDays(1)), "as_of.time"),
        ["no time"] = (one => one.AsOf = new Moment { Time = new Timestamp { Nanos = -1 } }, "as_of.time"),
        ["after all times"] =
            (one => one.AsOf = new Moment { Time = new Timestamp { Seconds = long.MaxValue } }, "as_of.time"),
    };

    private static readonly Dictionary<string, (Action<ExplainRequest> Ask, RefusalReason Reason, string Field)>
        BadExplanations = new()
    {
        ["component"] = (one => one.Component = "comission", RefusalReason.InvalidField, "component"),
        ["deal"] = (one => one.Deal = "d99", RefusalReason.UnknownDeal, "deal"),
        ["open deal"] = (one => one.Deal = "open", RefusalReason.InvalidField, "deal"),
        ["window"] = (one => one.Window = "2026-H1", RefusalReason.InvalidField, "window"),
        ["period"] = (one => one.Period = "2026-Q1", RefusalReason.InvalidField, "period"),
        ["deal and period"] = (one => (one.Deal, one.Period) = ("d1", "2026-01"), RefusalReason.InvalidField, "deal"),
        ["day"] = (one => one.On = "someday", RefusalReason.InvalidField, "on"),
        ["day without plan"] = (one => one.On = "2025-12-31", RefusalReason.NoAssignment, "on"),
        ["number of deals"] = (one => one.MostDeals = -1, RefusalReason.InvalidField, "most_deals"),
        ["moment"] =
            (one => one.AsOf = new Moment { Sequence = 99 }, RefusalReason.InvalidField, "as_of.sequence"),
    };

    public static TheoryData<string> BadListNames => [.. BadLists.Keys];

    public static TheoryData<string> BadExplanationNames => [.. BadExplanations.Keys];

    [Theory]
    [MemberData(nameof(BadListNames))]
    public async Task ListCredits_OfWhatThereIsNot_IsRefused(string name)
    {
        await using var world = await SalesAsync(1);
        var request = new ListCreditsRequest { Rep = "ann" };
        BadLists[name].Ask(request);

        var answer = await world.Host.History("ann").ListCredits(request, default);

        var refusal = Assert.Single(answer.Refusals);
        Assert.Equal((RefusalReason.InvalidField, BadLists[name].Field), (refusal.Reason, refusal.Field));
    }

    [Theory]
    [MemberData(nameof(BadExplanationNames))]
    public async Task Explain_OfWhatThereIsNot_IsRefused(string name)
    {
        await using var world = await SalesAsync(1);
        var open = Docs.Event("o", "open", 5m, owners: "ann");
        open.Deal.Status = DealStatus.Open;
        await world.CreditAsync(open);
        var (ask, reason, field) = BadExplanations[name];
        var request = new ExplainRequest { Rep = "ann" };
        ask(request);

        var answer = await world.Host.History("ann").Explain(request, default);

        var refusal = Assert.Single(answer.Refusals);
        Assert.Equal((reason, field), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task EveryQuestion_OfAPayeeThatIsNotThere_IsRefused()
    {
        await using var world = await SalesAsync(1);
        await world.Host.Rep("zoe").Get();
        var history = world.Host.History("zoe");

        Assert.Equal(RefusalReason.UnknownRep, (await history.ListCredits(new(), default)).Refusals[0].Reason);
        Assert.Equal(RefusalReason.UnknownRep, (await history.Explain(new(), default)).Refusals[0].Reason);
        var early = new GetEstimateRequest { AsOf = At(DateTimeOffset.UnixEpoch) };
        Assert.Equal(RefusalReason.UnknownRep, (await history.GetEstimate(early, default)).Refusals[0].Reason);
        var before = (await world.Host.History("ann").GetEstimate(early, default)).Refusals[0];
        Assert.Contains("was first put at ", before.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListCredits_SmallPagesWhileDealsComeIn_AreOfTheFirstPagesState()
    {
        await using var world = await SalesAsync(11);
        var whole = await ListAsync(world, new ListCreditsRequest { Rep = "ann", PageSize = 1000 });
        var found = new List<Credit>();
        var request = new ListCreditsRequest { Rep = "ann", PageSize = 3 };
        var sizes = new List<int>();
        do
        {
            var page = await ListAsync(world, request);
            Assert.Equal(whole.AsOf, page.AsOf);
            found.AddRange(page.Credits);
            sizes.Add(page.Credits.Count);
            request.PageToken = page.NextPageToken;
            await world.CreditAsync(Docs.Event($"late{found.Count}", $"d{found.Count}", 1m, owners: "ann"));
            await ListAsync(world, new ListCreditsRequest { Rep = "ann" });
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([3, 3, 3, 2], sizes);
        Assert.Equal(whole.Credits, found);
    }

    [Theory]
    [InlineData("2026-01", "", "", 0)]
    [InlineData("2026-02", "", "", 2)]
    [InlineData("2026-Q1", "", "", 4)]
    [InlineData("2026", "", "", 4)]
    [InlineData("2026-02-03", "", "", 1)]
    [InlineData("", "2026-02-03", "2026-03-01", 3)]
    [InlineData("", "2026-02-04", "", 3)]
    [InlineData("", "", "2026-02-03", 1)]
    public async Task ListCredits_OfAWindowOrSpan_AreThoseOfItsDays(string window, string from, string to, int count)
    {
        await using var world = await World.WithRepsAsync("ann");
        foreach (var (i, day) in new[] { "2026-02-03", "2026-02-28", "2026-03-01", "2026-03-02" }.Index())
        {
            await world.CreditAsync(Docs.Event($"e{i}", $"d{i}", 100m, day, owners: "ann"));
        }

        var reply = await ListAsync(
            world, new ListCreditsRequest { Rep = "ann", Window = window, From = from, To = to });

        Assert.Equal(count, reply.Credits.Count);
        Assert.Equal(5m * count, reply.Credits.Sum(credit => credit.Earned.Value()));
    }

    [Fact]
    public async Task ListCredits_OfADeal_SaysRolesReasonsAndEarnings()
    {
        await using var world = await World.WithRepsAsync("meg");
        await world.PutAsync(Docs.Rep("ann", manager: "meg", quota: "1000"));
        await world.PutAsync(Docs.Territory("n", region: "north", members: "meg"));
        var recorded = await world.CreditAsync(Docs.Event("e1", "d1", 1500m, region: "north", owners: "ann"));

        var own = Assert.Single((await ListAsync(world, new ListCreditsRequest { Rep = "ann" })).Credits);
        var managed = Assert.Single((await ListAsync(world, new ListCreditsRequest { Rep = "meg" }, "meg")).Credits);

        Assert.Equal(("owner", "1", "owner"), (own.Roles[0].Role, own.Roles[0].Share, own.Roles[0].Reason));
        Assert.Equal(
            ("d1", "2026-02-03", DealStatus.Won, "flat", recorded.Position),
            (own.Deal, own.Credited, own.Status, own.Plan, own.Position));
        Assert.Equal(100m, own.Earned.Value());
        Assert.Equal(["1500", "0"], own.Components.Select(component => component.Credited));
        Assert.Equal(
            [("rollup", "territory n"), ("team", "manager of ann")],
            managed.Roles.Select(role => (role.Role, role.Reason)).Order());
    }

    [Theory]
    [InlineData("statement", "5", "")]
    [InlineData("window", "5", "commission")]
    public async Task Explain_NothingChosen_IsOfTheDay(string kind, string figure, string component)
    {
        await using var world = await SalesAsync(1);

        var reply = World.Note(await world.Host.History("ann").Explain(
            new ExplainRequest { Rep = "ann", Component = component, On = "2026-02-10" }, default));

        var explanation = Assert.Single(reply.Explanations);
        Assert.Equal((kind, "USD", figure), (explanation.Kind, explanation.Unit, explanation.Figure));
        Assert.Contains(
            "d0, 2026-02-03: USD 100.00 as owner", string.Join('\n', reply.Text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deal", "d0", "", "", "5", 1)]
    [InlineData("window", "", "2026-Q1", "", "10", 1)]
    [InlineData("statement", "", "", "2026-02", "10", 1)]
    public async Task Explain_FigureChosen_ExplainsIt(
        string kind, string deal, string window, string period, string figure, int count)
    {
        await using var world = await SalesAsync(2);
        var request = new ExplainRequest { Rep = "ann", Deal = deal, Window = window, Period = period };

        var whole = World.Note(await world.Host.History("ann").Explain(request, default));
        request.Component = "commission";
        var part = World.Note(await world.Host.History("ann").Explain(request, default));

        Assert.Equal(count, whole.Explanations.Count);
        Assert.Equal((kind, figure), (whole.Explanations[0].Kind, whole.Explanations[0].Figure));
        Assert.Equal(figure, Assert.Single(part.Explanations).Figure);
        Assert.Equal(
            decimal.Parse(figure, null), whole.Explanations[0].Lines.Sum(line => decimal.Parse(line.Effect, null)));
    }

    [Fact]
    public async Task Explain_OfADealOnADayWithoutPlan_SaysSo()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e", "early", 1m, "2025-12-31", owners: "ann"));

        var reply = World.Note(await world.Host.History("ann").Explain(
            new ExplainRequest { Rep = "ann", Deal = "early" }, default));

        Assert.Equal("Deal early, 2025-12-31: earns nothing", reply.Text[0]);
    }

    private static Moment At(int shard, long number) =>
        new() { Position = new Position { Shard = shard, Number = number } };

    private static Moment At(DateTimeOffset time) => new() { Time = Timestamp.FromDateTimeOffset(time) };

    private static async Task<World> SalesAsync(int deals)
    {
        var world = await World.WithRepsAsync("ann");
        for (var i = 0; i < deals; i++)
        {
            await world.CreditAsync(Docs.Event($"e{i}", $"d{i}", 100m, owners: "ann"));
        }

        return world;
    }

    private static async Task<ListCreditsReply> ListAsync(
        World world, ListCreditsRequest request, string rep = "ann") =>
        World.Note(await world.Host.History(rep).ListCredits(request, default));
}
