using Commission.Client.Text;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Cli.Tests;

/// <summary>Commands about teams, leaderboards, territories and assignments.</summary>
public sealed class TeamTests : IAsyncLifetime, IDisposable
{
    private readonly Shell _shell = new();
    private FakeSilo _silo = null!;

    public async ValueTask InitializeAsync() => _silo = await FakeSilo.StartAsync();

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Team_WithOneUnknown_HasALineForEach()
    {
        var pace = new ComponentPace
        {
            Component = "deals", Window = new Period { Name = "2026-Q1" }, Credited = "25000", Quota = "100000",
            Attainment = "0.25", Elapsed = "0.5", Pace = "0.5",
        };
        _silo.Others[typeof(TeamReply)] = new TeamReply
        {
            Payees = 2, Behind = 1, Unknown = 1, Earned = { Usd(1250m) },
            Members =
            {
                new TeamMember
                {
                    Rep = "ann", Name = "Ann", Manager = "top", Level = 1, Plan = "p", Earned = Usd(1250m),
                    Pace = "0.5", Components = { pace },
                },
                new TeamMember { Rep = "bob", Manager = "top", Level = 1, Refused = Refused("bob has no plan.") },
            },
        };

        var ran = await Run("team", "top", "--depth", "2", "--on", "2026-02-14");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Matches("ann +Ann +top +p +50.0 % +1,250.00 USD +deals +2026-Q1 +25,000 +100,000 +25.0 % ", ran.Out);
        Assert.Matches("bob +bob has no plan. +top", ran.Out);
        Assert.Contains("2 payees, 1 behind, 1 without a pace; earned 1,250.00 USD", ran.Out, StringComparison.Ordinal);
        Assert.Equal(
            new TeamRequest { Rep = "top", Depth = 2, On = "2026-02-14", PageSize = 1000 }, _silo.Requests.Single());
    }

    [Fact]
    public async Task Leaderboard_ByEarned_PrintsRanksOrJson()
    {
        var board = Board();
        _silo.Others[typeof(Leaderboard)] = board;

        var ran = await Run("leaderboard", "--team", "top", "--by", "earned", "--period", "quarter", "--top", "5");
        var json = await Run("leaderboard", "--team", "top", "--json");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Matches("1 +ann +Ann +1,200.5 USD +2026-Q1", ran.Out);
        Assert.Matches("bob +bob has no plan.", ran.Out);
        Assert.Contains("2026-02-14: 1 ranked, 1 not; as of 12:00:00.000 UTC", ran.Out, StringComparison.Ordinal);
        Assert.Equal(
            new LeaderboardRequest
            {
                Team = "top", Measure = BoardMeasure.Earned, Period = BoardPeriod.BoardQuarter, PageSize = 5,
            },
            _silo.Requests[0]);
        Assert.Equal(board, JsonParser.Default.Parse<Leaderboard>(json.Out));
    }

    [Fact]
    public async Task Leaderboard_Watched_PrintsEachStateUntilTheCount()
    {
        _silo.Boards.Add(new LeaderboardUpdate { Board = Board() });
        _silo.Boards.Add(new LeaderboardUpdate { Sequence = 1 });
        _silo.Boards.Add(new LeaderboardUpdate { Board = Board() });
        _silo.Boards.Add(new LeaderboardUpdate { Board = Board() });

        var ran = await Run("leaderboard", "--everyone", "--watch", "--count", "2");

        Assert.Equal((0, 2), (ran.Code, ran.Out.Split("1 ranked").Length - 1));
        Assert.True(((LeaderboardRequest)_silo.Requests[0]).Everyone);
    }

    [Theory]
    [InlineData("leaderboard", "--everyone", "--by", "luck", "--by: 'luck' is no measure")]
    [InlineData("leaderboard", "--everyone", "--period", "day", "--period: 'day' is no period")]
    [InlineData("rep", "assign", "ann", "--plan", "p", "--from", "2026-01-01", "--quota", "x", "has no '='")]
    [InlineData("rep", "assign", "ann", "--plan", "p", "--from", "2026-01-01", "--quota", "x=5", "is no quota")]
    [InlineData("territory", "realign", "/nowhere", "There is no folder '/nowhere'.")]
    public async Task Command_WhatCanNotBe_IsWrongUsage(params string[] args)
    {
        var ran = await Run(args[..^1]);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains(args[^1], ran.Error, StringComparison.Ordinal);
        Assert.Empty(_silo.Requests);
    }

    [Fact]
    public async Task Territory_TreeMembersAndList_PrintWhatTheyHold()
    {
        var total = new TerritoryTotal { Deals = 3, Credited = { Usd(9m) } };
        _silo.Others[typeof(TerritoryTreeReply)] = new TerritoryTreeReply
        {
            Nodes =
            {
                new TerritoryNode
                {
                    Territory = "west", Title = "West", Month = new(), Year = total, All = total,
                    Quarter = new TerritoryTotal { Attainment = "0.5" },
                },
                new TerritoryNode { Territory = "nw", Level = 1, Refused = Refused("Damaged.") },
            },
        };
        _silo.Others[typeof(TerritoryMembersReply)] = new TerritoryMembersReply
        {
            Members = { new TerritoryMembership { Territory = "nw", Rep = "ann", Role = "rollup", Share = "0.5" } },
        };
        _silo.Others[typeof(ListTerritoriesReply)] = new ListTerritoriesReply
        {
            Territories =
            {
                new Territory { Territory_ = "nw", Title = "NW", Parent = "west", When = { new FieldMatch() } },
            },
        };

        var tree = await Run("territory", "tree", "west", "--depth", "2", "--on", "2026-02-14");
        var members = await Run("territory", "members", "west", "--any-day");
        var list = await Run("territory", "list");

        Assert.Matches("west +West +3 +9.00 USD +9.00 USD +50.0 %", tree.Out);
        Assert.Matches(@"  nw .*Damaged\.", tree.Out);
        Assert.Matches("nw +ann +rollup +50.0 %", members.Out);
        Assert.Matches("nw +NW +west +1 +0", list.Out);
        Assert.Equal(
            new TerritoryTreeRequest { Territory = "west", Depth = 2, On = "2026-02-14", PageSize = 500 },
            _silo.Requests[0]);
        Assert.True(((TerritoryMembersRequest)_silo.Requests[1]).AnyDay);
    }

    [Fact]
    public async Task TerritoryRealign_DryRun_SaysWhatWouldChange()
    {
        var file = _shell.Write("territories.yaml", """
            territories:
              - territory: nw
                quota: { currency: USD, window: quarter, amount: 5000 }
            """);
        _silo.Others[typeof(RealignReply)] = new RealignReply
        {
            Changed = 1,
            Impact = new RealignmentImpact
            {
                Deals = 10, DealsChanged = 4, PayeesChanged = 1,
                Payees =
                {
                    new PayeeImpact
                    {
                        Rep = "ann", Role = "rollup", DealsAfter = 4, CreditedBefore = { Usd(0m) },
                        CreditedAfter = { Usd(70m) },
                    },
                },
            },
        };

        var ran = await Run("territory", "realign", Path.GetDirectoryName(file)!, "--dry-run");
        _silo.Others[typeof(RealignReply)] = new RealignReply { Repeat = true };
        var done = await Run("territory", "realign", Path.GetDirectoryName(file)!);

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains(
            "1 territories would change, and with them 4 of 10 deals and 1 payees.", ran.Out, StringComparison.Ordinal);
        Assert.Matches("ann +rollup +0 +4 +0.00 USD +70.00 USD", ran.Out);
        Assert.Equal("Nothing was different.", done.Out.Trim());
        var asked = (RealignRequest)_silo.Requests[0];
        Assert.Equal((true, "nw", "5000", "USD"),
            (asked.DryRun, asked.Put[0].Territory_, asked.Put[0].Quota.Quota.Amount, asked.Put[0].Quota.Currency));
    }

    [Fact]
    public async Task RepAssign_Complete_SendsItAndPrintsTheAssignments()
    {
        _silo.Others[typeof(AssignReply)] = new AssignReply
        {
            Version = 3,
            Assignments =
            {
                new Assignment
                {
                    Plan = "p", From = "2026-01-01",
                    Quotas = { ["sales"] = new Quota { Window = "quarter", Amount = "250000" } },
                },
            },
        };

        var ran = await Run(
            "rep", "assign", "ann", "--plan", "p", "--from", "2026-01-01", "--to", "2026-06-30", "--quota",
            "sales=quarter:250000", "--target", "deals=9000", "--prorate", "--cut", "--if-version", "2");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Matches("p +2026-01-01 +open +sales 250,000 a quarter", ran.Out);
        Assert.Contains("Version 3: changed", ran.Out, StringComparison.Ordinal);
        var asked = (AssignRequest)_silo.Requests.Single();
        Assert.Equal(("ann", Overlap.Cut, 2L), (asked.Rep, asked.Overlap, asked.Version));
        Assert.Equal(
            new Assignment
            {
                Plan = "p", From = "2026-01-01", To = "2026-06-30", Prorate = "days",
                Quotas = { ["sales"] = new Quota { Window = "quarter", Amount = "250000" } },
                Targets = { ["deals"] = "9000" },
            },
            asked.Assignment);
    }

    private static Leaderboard Board() => new()
    {
        On = "2026-02-14", Ranked = 1, Unranked = 1,
        Time = Timestamp.FromDateTime(new DateTime(2026, 2, 14, 12, 0, 0, DateTimeKind.Utc)),
        Entries =
        {
            new BoardEntry
            {
                Rank = 1, Rep = "ann", Name = "Ann", Value = "1200.5", Currency = "USD",
                Period = new Period { Name = "2026-Q1" },
            },
            new BoardEntry { Rep = "bob", Refused = Refused("bob has no plan.") },
        },
    };

    private static Refused Refused(string message) =>
        new() { Violations = { new Violation { Reason = "NO_ASSIGNMENT", Message = message } } };

    private static Money Usd(decimal amount) => Decimals.ToMoney(amount, "USD")!;

    private Task<Ran> Run(params string[] args) => Shell.RunAsync(_silo.Address, args);
}
