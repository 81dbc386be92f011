using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Boards;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>Leaderboards against the estimates of their payees.</summary>
public sealed class BoardTests
{
    private const string On = "2026-02-15";

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Fact]
    public void Rank_Ties_ShareARankAndTheNextSkips()
    {
        var lines = BoardRanking.Rank(
            [Standing("d", 1m), Standing("b", 2m), Standing("x", null), Standing("c", 2m), Standing("a", 3m),
                Standing("w", null)]);
        Assert.Equal(
            [(1, "a"), (2, "b"), (2, "c"), (4, "d"), (0, "w"), (0, "x")], lines.Select(line => (line.Rank, line.Rep)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Read_OfARandomCompany_IsTheEstimatesInOrder(int seed)
    {
        var company = new Company(seed);
        await using var world = World.InMemory();
        await CompanyLife.PutAllAsync(world, company);
        await CompanyLife.RoundAsync(world, company, new Random(seed));
        await world.SettleAsync();
        foreach (var on in new[] { "2026-02-15", "2026-07-01", "2026-12-31" })
        {
            var estimates = new Dictionary<string, Estimate?>(StringComparer.Ordinal);
            foreach (var rep in company.Reps)
            {
                estimates[rep] = await world.EstimateOrNoneAsync(rep, on);
            }

            await CheckAsync(world, BoardMeasure.Attainment, on, estimates, estimate => Number(
                estimate.Components.FirstOrDefault(component => component.Attainment.Length > 0)?.Attainment));
            await CheckAsync(world, BoardMeasure.Earned, on, estimates, estimate => estimate.Earned.Value());
            await CheckAsync(world, BoardMeasure.Credited, on, estimates, estimate => Number(
                (estimate.Components.FirstOrDefault(component => component.Attainment.Length > 0)
                    ?? estimate.Components[0]).Credited));
        }
    }

    [Fact]
    public async Task Read_EachScope_HasItsPayees()
    {
        await using var world = await WithTeamAsync();
        await world.PutAsync(Docs.Territory("west", "", "", "ann"));
        await world.PutAsync(Docs.Territory("north", "west", "north", "bob"));
        await world.PublishAsync(Docs.Flat.Replace("plan: flat", "plan: other", StringComparison.Ordinal));
        await world.PutAsync(Docs.Rep("cy", plan: "other"));

        Assert.Equal("ann bob", await RepsAsync(world, new BoardDefinition { Territory = "west" }));
        Assert.Equal("bob", await RepsAsync(world, new BoardDefinition { Territory = "north" }));
        Assert.Equal("ann bob", await RepsAsync(world, new BoardDefinition { Team = "top" }));
        Assert.Equal("cy", await RepsAsync(world, new BoardDefinition { Plan = "other" }));
        Assert.Equal("ann bob cy top", await RepsAsync(world, new BoardDefinition { Everyone = true }));
        Assert.Equal("", await RepsAsync(world, new BoardDefinition { Team = "ann" }));
    }

    [Fact]
    public async Task Read_MembersOfOtherDays_AreNotOnTheBoard()
    {
        await using var world = await WithTeamAsync();
        var west = Docs.Territory("west", "", "", "ann", "bob");
        west.Members[0].To = "2026-01-31";
        west.Members[1].From = "2026-02-01";
        await world.PutAsync(west);

        Assert.Equal("bob", await RepsAsync(world, new BoardDefinition { Territory = "west" }));
        Assert.Equal("ann", await RepsAsync(world, new BoardDefinition { Territory = "west", On = "2026-01-31" }));
    }

    [Fact]
    public async Task Read_ScopeThatThereIsNot_IsRefused()
    {
        await using var world = await WithTeamAsync();
        Assert.Equal(RefusalReason.UnknownTerritory, await ReasonAsync(new BoardDefinition { Territory = "nope" }));
        Assert.Equal(RefusalReason.UnknownRep, await ReasonAsync(new BoardDefinition { Team = "nope" }));
        Assert.Equal(RefusalReason.UnknownPlan, await ReasonAsync(new BoardDefinition { Plan = "nope" }));

        async Task<RefusalReason> ReasonAsync(BoardDefinition board) =>
            (await BoardOf(world, board).Read(new BoardRead { Size = 10 }, default)).Refusals[0].Reason;
    }

    [Fact]
    public async Task Read_PayeeThatIsDamaged_IsShownWithTheReasonAndTheOthersAreRanked()
    {
        var (stores, damage) = DamagedStore.Create();
        await using var world = new World(new GrainHost(stores));
        await world.PutRepsAsync("ann", "bob");
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "bob"));
        await world.CreditAsync(Docs.Event("e2", "d2", 100m, owners: "ann"));
        await world.RestartAsync();
        damage.DamageAccount("rep/acme/ann", 1);

        var page = await ReadAsync(world, new BoardDefinition { Everyone = true, Measure = BoardMeasure.Earned });

        Assert.Equal([(1, "bob"), (0, "ann")], page.Lines.Select(line => (line.Rank, line.Rep)));
        Assert.Equal(1 + (int)RefusalReason.DamagedRecord, page.Lines[1].Refused);
        damage.RepairAll();
        page = await ReadAsync(world, new BoardDefinition { Everyone = true, Measure = BoardMeasure.Earned });
        Assert.Equal([(1, "ann"), (1, "bob")], page.Lines.Select(line => (line.Rank, line.Rep)));
    }

    [Theory]
    [InlineData(BoardPeriod.Unspecified, "ann 2026-Q2 1; bob 2026-Q2 -0.5; top -")]
    [InlineData(BoardPeriod.BoardMonth, "bob 2026-05 0; ann -; top -")]
    [InlineData(BoardPeriod.BoardYear, "ann -; bob -; top -")]
    public async Task Read_ByGrowth_ComparesWithThePeriodBefore(BoardPeriod period, string expected)
    {
        await using var world = await WithTeamAsync();
        await world.CreditAsync(Docs.Event("e1", "a1", 100m, on: "2026-03-01", owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "a2", 200m, on: "2026-05-01", owners: "ann"));
        await world.CreditAsync(Docs.Event("e3", "b1", 400m, on: "2026-01-01", owners: "bob"));
        await world.CreditAsync(Docs.Event("e4", "b2", 100m, on: "2026-04-30", owners: "bob"));
        await world.CreditAsync(Docs.Event("e5", "b3", 100m, on: "2026-05-02", owners: "bob"));

        var page = await ReadAsync(world, new BoardDefinition
        {
            Everyone = true, Measure = BoardMeasure.Growth, Period = period, On = "2026-05-15",
            Component = "commission",
        });

        Assert.Equal(expected, string.Join("; ", page.Lines.Select(line => line.Rank == 0
            ? $"{line.Rep} -"
            : $"{line.Rep} {line.Measured.Period.Name} {line.Measured.Value}")));
    }

    [Theory]
    [InlineData(BoardMeasure.Credited, BoardPeriod.BoardYear, "2026", "300")]
    [InlineData(BoardMeasure.Credited, BoardPeriod.BoardMonth, "2026-05", "200")]
    [InlineData(BoardMeasure.Earned, BoardPeriod.BoardYear, "2026", "15")]
    [InlineData(BoardMeasure.Earned, BoardPeriod.BoardQuarter, "2026-Q2", "10")]
    [InlineData(BoardMeasure.Earned, BoardPeriod.BoardStatement, "2026-05", "10")]
    [InlineData(BoardMeasure.Attainment, BoardPeriod.BoardQuarter, "2026-Q2", "0.002")]
    [InlineData(BoardMeasure.Attainment, BoardPeriod.BoardMonth, "", "")]
    public async Task Read_ByPeriod_MeasuresItsDays(
        BoardMeasure measure, BoardPeriod period, string name, string value)
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "a1", 100m, on: "2026-03-01", owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "a2", 200m, on: "2026-05-01", owners: "ann"));

        var page = await ReadAsync(world, new BoardDefinition
        {
            Everyone = true, Measure = measure, Period = period, On = "2026-05-15",
        });

        var line = Assert.Single(page.Lines);
        Assert.Equal((name, value), (line.Measured?.Period.Name ?? "", line.Measured?.Value ?? ""));
    }

    [Fact]
    public async Task Read_KnownState_WaitsForTheNextAndKeepsUnchangedOnes()
    {
        await using var world = await WithTeamAsync();
        var definition = new BoardDefinition { Team = "top", Measure = BoardMeasure.Earned };
        var board = BoardOf(world, definition);
        var first = World.Note(await board.Read(new BoardRead { Size = 10 }, default));
        var waiting = board.Read(new BoardRead { Size = 10, Known = first.Sequence }, default);

        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "bob"));
        var second = World.Note(await waiting);
        var third = World.Note(await board.Read(new BoardRead { Size = 1, Fresh = true, Own = "ann" }, default));

        Assert.Equal(first.Sequence + 1, second.Sequence);
        Assert.Equal([(1, "bob"), (2, "ann")], second.Lines.Select(line => (line.Rank, line.Rep)));
        Assert.Equal((second.Sequence, 1, 2, "ann"), (third.Sequence, third.Lines.Count, third.Ranked, third.Own.Rep));
        Assert.Equal(2, third.Own.Rank);
        Assert.Empty(world.Host.Log.Errors);
    }

    [Fact]
    public async Task Read_Cancelled_EndsTheWaitAndNothingElse()
    {
        await using var world = await WithTeamAsync();
        var board = BoardOf(world, new BoardDefinition { Team = "top" });
        var first = World.Note(await board.Read(new BoardRead { Size = 10 }, default));
        using var cancelling = new CancellationTokenSource();
        var waiting = board.Read(new BoardRead { Size = 10, Known = first.Sequence }, cancelling.Token);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(2, World.Note(await board.Read(new BoardRead { Size = 10 }, default)).Lines.Count);
    }

    private static async Task CheckAsync(
        World world, BoardMeasure measure, string on, Dictionary<string, Estimate?> estimates,
        Func<Estimate, decimal?> valueOf)
    {
        var page = await ReadAsync(
            world, new BoardDefinition { Everyone = true, Measure = measure, On = on });
        var values = estimates.ToDictionary(
            one => one.Key, one => one.Value is null ? null : valueOf(one.Value), StringComparer.Ordinal);
        Assert.Equal(values.Count, page.Lines.Count);
        Assert.Equal(values.Values.Count(value => value is not null), page.Ranked);
        foreach (var line in page.Lines)
        {
            var value = values[line.Rep];
            Assert.Equal(value, Number(line.Measured?.Value));
            Assert.Equal(value is null ? 0 : 1 + values.Values.Count(other => other > value), line.Rank);
        }
    }

    private static decimal? Number(string? text) =>
        string.IsNullOrEmpty(text) ? null : decimal.Parse(text, CultureInfo.InvariantCulture);

    private static Standing Standing(string rep, decimal? value) => new(rep, 1, value, new BoardLine { Rep = rep });

    private static IBoardGrain BoardOf(World world, BoardDefinition definition)
    {
        definition.On = definition.On.Length == 0 ? On : definition.On;
        return world.Host.Client.GetGrain<IBoardGrain>(BoardKeys.Of(GrainHost.Tenant, definition));
    }

    private static async Task<BoardPage> ReadAsync(World world, BoardDefinition definition) =>
        World.Note(await BoardOf(world, definition).Read(new BoardRead { Size = 1000, Fresh = true }, default));

    private static async Task<string> RepsAsync(World world, BoardDefinition definition) => string.Join(
        ' ', (await ReadAsync(world, definition)).Lines.Select(line => line.Rep).Order(StringComparer.Ordinal));

    /// <summary>Ann and bob report to top.</summary>
    private static async Task<World> WithTeamAsync()
    {
        var world = await World.WithRepsAsync("top");
        await world.PutAsync(Docs.Rep("ann", "top"));
        await world.PutAsync(Docs.Rep("bob", "top"));
        return world;
    }
}
