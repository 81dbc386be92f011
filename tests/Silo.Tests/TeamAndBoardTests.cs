using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Silo.Tests;

/// <summary>Teams, trees and leaderboards of three years of orders, over gRPC and JSON.</summary>
public sealed class TeamAndBoardTests(ThreeYears company)
{
    private const string Manager = "rep-272";

    private Api Api => company.Silo.Api;

    [Fact]
    public async Task Team_OfAManager_IsTheEstimatesOfThoseWhoReportToHim()
    {
        var team = await JsonAsync<TeamReply>($"/v1/reps/{Manager}/team?on={SampleCompany.Today}");

        var reps = (await Api.RepsAsync()).Reps.Where(rep => rep.Manager == Manager).Select(rep => rep.Rep_);
        Assert.Equal(
            reps.Order(StringComparer.Ordinal), team.Members.Select(one => one.Rep).Order(StringComparer.Ordinal));
        var paces = team.Members.Select(member => member.Pace.ToDecimal()).ToList();
        Assert.Equal(paces.Order(), paces);
        Assert.Equal(paces.Count(pace => pace < 1m), team.Behind);
        foreach (var member in team.Members)
        {
            var estimate = await Api.EstimateAsync(member.Rep, SampleCompany.Today);
            var component = Assert.Single(member.Components);
            Assert.Equal(estimate.Earned, member.Earned);
            Assert.Equal(estimate.AsOf.Sequence, member.AsOf.Sequence);
            Assert.Equal(estimate.Component(component.Component).Attainment, component.Attainment);
            // The last day of the quarter: all of the time has come.
            Assert.Equal(("1", component.Attainment), (component.Elapsed, component.Pace));
            Assert.Equal((Manager, 1), (member.Manager, member.Level));
        }

        Assert.Equal(
            team.Members.Sum(member => member.Earned.ToDecimal()), Assert.Single(team.Earned).ToDecimal());
    }

    [Fact]
    public async Task Team_OnADayBeforeSome_HasThemLastWithTheReason()
    {
        var team = await Api.AskAsync<TeamRequest, TeamReply>(new TeamRequest { Rep = "rep-290", On = "2018-12-31" });

        Assert.InRange(team.Unknown, 1, team.Payees);
        var unknown = team.Members.TakeLast(team.Unknown).ToList();
        Assert.All(unknown, member => Assert.Equal("", member.Pace));
        Assert.Contains(unknown, member => member.Refused?.Violations[0].Reason == "NO_ASSIGNMENT");
    }

    [Theory]
    [InlineData("/v1/reps/nobody/team", "UNKNOWN_REP")]
    [InlineData("/v1/reps/rep-272/team?depth=101", "depth")]
    [InlineData("/v1/reps/rep-272/team?on=2020-02-31", "on:")]
    [InlineData("/v1/reps/rep-272/team?page_token=x", "page_token")]
    [InlineData("/v1/territories:tree?territory=nope", "UNKNOWN_TERRITORY")]
    [InlineData("/v1/territories/nope/members", "UNKNOWN_TERRITORY")]
    [InlineData("/v1/territories:tree?on=x", "on:")]
    [InlineData("/v1/leaderboard", "territory:")]
    [InlineData("/v1/leaderboard?plan=nope", "UNKNOWN_PLAN")]
    [InlineData("/v1/leaderboard?team=nope", "UNKNOWN_REP")]
    [InlineData("/v1/leaderboard?everyone=true&measure=EARNED&component=c", "component:")]
    [InlineData("/v1/leaderboard/watch?everyone=true&page_token=1", "page_token:")]
    public async Task Question_AboutWhatThereIsNot_SaysSo(string path, string part)
    {
        using var answer = await company.Silo.Json.GetAsync(new Uri(path, UriKind.Relative));
        Assert.InRange((int)answer.StatusCode, 400, 404);
        Assert.Contains(part, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tree_OfAll_HasEachTerritoryWithItsTotals()
    {
        var tree = await JsonAsync<TerritoryTreeReply>($"/v1/territories:tree?on={SampleCompany.Today}&page_size=500");

        Assert.Equal(
            SampleCompany.Groups.Concat(SampleCompany.Territories).Order(StringComparer.Ordinal),
            tree.Nodes.Select(node => node.Territory).Order(StringComparer.Ordinal));
        foreach (var node in tree.Nodes)
        {
            var view = await Api.TerritoryAsync(node.Territory, SampleCompany.Today);
            Assert.Equal(
                (view.Month, view.Quarter, view.Year, view.All), (node.Month, node.Quarter, node.Year, node.All));
            Assert.Equal((view.Territory.Parent, view.AsOf), (node.Parent, node.AsOf));
        }

        foreach (var group in tree.Nodes.Where(node => node.Level == 0))
        {
            var below = tree.Nodes.Where(node => node.Parent == group.Territory).ToList();
            Assert.Equal(group.Children, below.Count);
            Assert.Equal(group.All.Deals, below.Sum(node => node.All.Deals));
            Assert.Equal(
                group.Year.Credited.Sum(money => money.ToDecimal()),
                below.SelectMany(node => node.Year.Credited).Sum(money => money.ToDecimal()));
        }
    }

    [Fact]
    public async Task MembersAndList_OfTheSample_AreWhatWasPut()
    {
        var members = await JsonAsync<TerritoryMembersReply>("/v1/territories/europe/members");
        var list = await JsonAsync<ListTerritoriesReply>("/v1/territories?page_size=5");

        Assert.Contains(members.Members, member => (member.Territory, member.Rep, member.Role, member.Share)
            == ("europe", "rep-290", "rollup", "1"));
        Assert.Equal((5, list.Territories[^1].Territory_), (list.Territories.Count, list.NextPageToken));
    }

    [Theory]
    [InlineData(BoardMeasure.Attainment)]
    [InlineData(BoardMeasure.Earned)]
    [InlineData(BoardMeasure.Credited)]
    public async Task Leaderboard_OfEveryone_IsTheEstimatesInOrder(BoardMeasure measure)
    {
        var entries = new List<BoardEntry>();
        var token = "";
        Leaderboard board;
        do
        {
            board = await JsonAsync<Leaderboard>(
                $"/v1/leaderboard?everyone=true&measure={measure.ToString().ToUpperInvariant()}"
                + $"&on={SampleCompany.Today}&page_size=6&page_token={token}");
            entries.AddRange(board.Entries);
            token = board.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(entries.Count, board.Ranked + board.Unranked);
        var values = new List<decimal>();
        foreach (var entry in entries.Where(entry => entry.Rank > 0))
        {
            var estimate = await Api.EstimateAsync(entry.Rep, SampleCompany.Today);
            var first = estimate.Components.FirstOrDefault(one => one.Attainment.Length > 0) ?? estimate.Components[0];
            values.Add(entry.Value.ToDecimal());
            Assert.Equal(
                measure switch
                {
                    BoardMeasure.Earned => estimate.Earned.ToDecimal(),
                    BoardMeasure.Credited => first.Credited.ToDecimal(),
                    _ => first.Attainment.ToDecimal(),
                },
                values[^1]);
            Assert.Equal(estimate.Name, entry.Name);
        }

        Assert.Equal(values.OrderDescending(), values);
        Assert.Equal(values.Select(value => 1 + values.Count(other => other > value)),
            entries.Where(entry => entry.Rank > 0).Select(entry => entry.Rank));
        Assert.All(entries.Where(entry => entry.Rank == 0), entry => Assert.NotNull(entry.Refused));
    }

    [Fact]
    public async Task LeaderboardWatch_WhileADealComes_ShowsItAndHeartbeats()
    {
        await using var silo = await RunningSilo.StartAsync("--Commission:Limits:HeartbeatSeconds", "1");
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var request = new LeaderboardRequest { Team = Manager, Measure = BoardMeasure.Earned, PageSize = 3 };
        await using var watch = silo.Channel.ServerStreamAsync<LeaderboardRequest, LeaderboardUpdate>(
            LeaderboardsReflection.Descriptor.Services[0].FindMethodByName("Watch"), request, Api.Patient)
            .GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current;
        Assert.Equal(3, first.Board.Entries.Count);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(new LeaderboardUpdate { Sequence = first.Sequence }, watch.Current);

        var deal = new Deal
        {
            Deal_ = "big", Credited = SampleCompany.Today, Status = DealStatus.Won, Amount = 5_000_000m.ToMoney(),
            Owners = { new DealOwner { Rep = "rep-282", Share = "1" } },
        };
        await silo.Api.RecordAsync("e1", deal);
        do
        {
            Assert.True(await watch.MoveNextAsync());
        }
        while (watch.Current.Board is null);

        Assert.Equal(("rep-282", 1), (watch.Current.Board.Entries[0].Rep, watch.Current.Board.Entries[0].Rank));
        Assert.True(watch.Current.Sequence > first.Sequence);
        Assert.Equal(watch.Current.Sequence - first.Sequence - 1, watch.Current.Conflated);
        Assert.Equal(
            (await silo.Api.EstimateAsync("rep-282")).Earned.ToDecimal(),
            watch.Current.Board.Entries[0].Value.ToDecimal());
    }

    [Fact]
    public async Task Realign_DryRunThenForReal_MovesWhatItSaid()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        await SampleCompany.ImportAsync(silo, "orders-2020-06.csv");
        var territories = (await silo.Api.AskAsync<ListTerritoriesRequest, ListTerritoriesReply>(
            new ListTerritoriesRequest { PageSize = 1000 })).Territories;
        var canada = territories.Single(one => one.Territory_ == "canada");
        canada.Parent = "europe";
        var deals = (await silo.Api.TerritoryAsync("canada")).All.Deals;

        var dry = await silo.Api.AskAsync<RealignRequest, RealignReply>(
            new RealignRequest { Put = { canada }, DryRun = true });
        var unmoved = await silo.Api.TerritoryAsync("europe");
        var done = await silo.Api.AskAsync<RealignRequest, RealignReply>(
            new RealignRequest { Put = { canada }, RulesVersion = dry.RulesVersion });
        await CreditedAsync(silo, done.RulesVersion);
        var moved = await silo.Api.TerritoryAsync("europe");

        Assert.Equal((1, false, SampleCompany.OrdersInJune), (dry.Changed, dry.Repeat, (int)dry.Impact.Deals));
        Assert.Equal(deals, dry.Impact.DealsChanged);
        Assert.Equal(deals, moved.All.Deals - unmoved.All.Deals);
        var rollup = dry.Impact.Payees.Single(one => one is { Rep: "rep-290", Role: "rollup" });
        Assert.Equal((0L, deals), (rollup.DealsBefore, rollup.DealsAfter));
        Assert.Equal(
            moved.All.Credited.Single(money => money.Currency == "USD").ToDecimal()
                - unmoved.All.Credited.Single(money => money.Currency == "USD").ToDecimal(),
            rollup.CreditedAfter.Single(money => money.Currency == "USD").ToDecimal());
        Assert.Equal("europe", (await silo.Api.TerritoryAsync("canada")).Territory.Parent);
    }

    [Fact]
    public async Task Assign_ByJson_ChangesOneAssignment()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        const string body = """
            { "assignment": { "plan": "reseller-15", "from": "2020-06-01", "quotas": {
                "sales": { "window": "quarter", "amount": "1000" } } }, "overlap": "CUT" }
            """;
        using var content = new StringContent(body, null, "application/json");
        var path = new Uri("/v1/reps/rep-282/assignments", UriKind.Relative);
        using var answer = await silo.Json.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.IsSuccessStatusCode, text);
        var reply = JsonParser.Default.Parse<AssignReply>(text);
        Assert.Equal((2L, false, "2020-05-31"), (reply.Version, reply.Repeat, reply.Assignments[^2].To));
        Assert.Equal("1000", (await silo.Api.EstimateAsync("rep-282")).Component("commission").Quota);
        var stale = new AssignRequest { Rep = "rep-282", Version = 1, Assignment = reply.Assignments[^1].Clone() };
        stale.Assignment.To = "2020-06-29";
        var refused = await Assert.ThrowsAsync<RpcFailure>(
            () => silo.Api.AskAsync<AssignRequest, AssignReply>(stale));
        Assert.Equal(Code.Aborted, refused.Status);
    }

    private static async Task CreditedAsync(RunningSilo silo, long rulesVersion)
    {
        Realignment realignment;
        do
        {
            realignment = await silo.Api.AskAsync<GetRealignmentRequest, Realignment>(new GetRealignmentRequest());
        }
        while (realignment.CreditedBy < rulesVersion);
    }

    private async Task<T> JsonAsync<T>(string path)
        where T : IMessage<T>, new() =>
        JsonParser.Default.Parse<T>(await company.Silo.Json.GetStringAsync(new Uri(path, UriKind.Relative)));
}
