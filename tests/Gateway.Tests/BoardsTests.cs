using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;

namespace Commission.Gateway.Tests;

/// <summary>What a leaderboard's requests mean, and what its lines tell whom.</summary>
public sealed class BoardsTests
{
    private static readonly BoardLine Line = new()
    {
        Rank = 2,
        Rep = "bob",
        Measured = new Measured { Name = "Bob", Value = "0.75", Currency = "USD", Component = "deals" },
    };

    [Theory]
    [InlineData(BoardMeasure.Attainment, true)]
    [InlineData(BoardMeasure.Growth, true)]
    [InlineData(BoardMeasure.Credited, false)]
    [InlineData(BoardMeasure.Earned, false)]
    public void ToEntry_OfOneWhosePayIsNotSeen_TellsRelativeFiguresOnly(BoardMeasure measure, bool told)
    {
        var entry = Boards.ToEntry(Line, measure, isSeen: false, isNamed: true);

        Assert.Equal((2, "bob", "Bob"), (entry.Rank, entry.Rep, entry.Name));
        Assert.Equal((told ? "0.75" : "", ""), (entry.Value, entry.Currency));
    }

    [Fact]
    public void ToEntry_OfOneWhosePayIsSeen_TellsAll()
    {
        var entry = Boards.ToEntry(Line, BoardMeasure.Earned, isSeen: true, isNamed: true);
        Assert.Equal(("0.75", "USD", "deals"), (entry.Value, entry.Currency, entry.Component));
    }

    [Fact]
    public void ToEntry_WithoutNames_HidesWhoItIs()
    {
        var entry = Boards.ToEntry(Line, BoardMeasure.Attainment, isSeen: false, isNamed: false);
        Assert.Equal((2, "", "", "0.75"), (entry.Rank, entry.Rep, entry.Name, entry.Value));
    }

    [Theory]
    [InlineData(true, "NOT_MEASURED")]
    [InlineData(false, null)]
    public void ToEntry_OfOneWithoutAFigure_SaysWhyOnlyToThoseWhoMaySee(bool isSeen, string? reason)
    {
        var line = new BoardLine { Rep = "bob", Refused = 1 + (int)RefusalReason.NotMeasured, Why = "no quota" };
        var entry = Boards.ToEntry(line, BoardMeasure.Attainment, isSeen, isNamed: true);
        Assert.Equal((0, ""), (entry.Rank, entry.Value));
        Assert.Equal(reason, entry.Refused?.Violations[0].Reason);
    }

    [Theory]
    [InlineData("", "", false, "", "", "territory")]
    [InlineData("west", "ray", false, "", "", "territory")]
    [InlineData("west", "", true, "", "", "territory")]
    [InlineData("west", "", false, "2026-02-30", "", "on")]
    [InlineData("west", "", false, "1800-01-01", "", "on")]
    [InlineData("west", "", false, "", "c", "component")]
    public void DefinitionOf_WhatThereIsNot_NamesTheField(
        string territory, string team, bool everyone, string on, string component, string field)
    {
        var request = new LeaderboardRequest
        {
            Territory = territory, Team = team, Everyone = everyone, On = on, Component = component,
            Measure = BoardMeasure.Earned,
        };
        var error = Assert.Throws<RpcError>(() => Boards.DefinitionOf(request));
        Assert.Equal(RpcStatus.InvalidArgument, error.Status);
        Assert.StartsWith(field + ":", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DefinitionOf_TheSameAskedInTwoWays_IsOneBoard()
    {
        var plain = Boards.DefinitionOf(new LeaderboardRequest { Plan = "p" });
        var stated = Boards.DefinitionOf(
            new LeaderboardRequest { Plan = "p", Measure = BoardMeasure.Attainment, PageSize = 5, PageToken = "5" });
        Assert.Equal(BoardKeys.Of("acme", plain), BoardKeys.Of("acme", stated));
        Assert.Equal(("acme", plain), BoardKeys.Split(BoardKeys.Of("acme", plain)));
    }

    [Fact]
    public void ToUpdate_AfterAnotherState_CountsWhatIsBetween()
    {
        var last = new LeaderboardUpdate { Sequence = 105 };
        Assert.Equal(2, Boards.ToUpdate(Page(108, first: 100), new Leaderboard(), last).Conflated);
        Assert.Equal(0, Boards.ToUpdate(Page(106, first: 100), new Leaderboard(), last).Conflated);
        Assert.Equal(1, Boards.ToUpdate(Page(502, first: 500), new Leaderboard(), last).Conflated);
        Assert.Equal(0, Boards.ToUpdate(Page(502, first: 500), new Leaderboard(), null).Conflated);

        static BoardPage Page(long sequence, long first) => new() { Sequence = sequence, FirstSequence = first };
    }
}
