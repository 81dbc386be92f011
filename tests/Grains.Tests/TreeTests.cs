using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Territories;
using Commission.Grains.Tests.Harness;
using FiscalWindows = Commission.Engine.Windows;
using Quota = Commission.Engine.Quota;

namespace Commission.Grains.Tests;

/// <summary>Trees of territories, their members, quotas and totals.</summary>
public sealed class TreeTests
{
    [Theory]
    [InlineData("", 100, "a:0 a1:1 a11:2 a2:1 b:0 b1:1")]
    [InlineData("", 1, "a:0 b:0")]
    [InlineData("a", 2, "a:0 a1:1 a2:1")]
    [InlineData("a1", 100, "a1:0 a11:1")]
    [InlineData("b1", 3, "b1:0")]
    public void Walk_Forest_IsPreOrderWithLevels(string top, int depth, string expected) => Assert.Equal(
        expected, string.Join(' ', ForestOf().Walk(top, depth).Select(one => $"{one.Territory.Id}:{one.Level}")));

    [Fact]
    public void Walk_Cycle_HasEachOnce()
    {
        var forest = Forest.Of(Rules(("a", "b"), ("b", "a")).Territories);
        Assert.Equal(["a", "b"], forest.Walk("a", 100).Select(one => one.Territory.Id));
        Assert.Empty(forest.Walk("", 100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public void Tree_InPages_HasEachOnce(int size)
    {
        var rules = Rules(("b", ""), ("a2", "a"), ("a", ""), ("a11", "a1"), ("b1", "b"), ("a1", "a"));
        var seen = new List<string>();
        var request = new TerritoryTreeRequest { Depth = 100, PageSize = size };
        do
        {
            var page = World.Note(TerritoryLists.Tree(rules.Territories, request));
            Assert.Equal(6, page.Total);
            seen.AddRange(page.Nodes.Select(node => $"{node.Territory}/{node.Children}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["a/2", "a1/1", "a11/0", "a2/0", "b/1", "b1/0"], seen);
    }

    [Theory]
    [InlineData("nope", 0, 0, "", RefusalReason.UnknownTerritory, "territory")]
    [InlineData("", 101, 0, "", RefusalReason.InvalidField, "depth")]
    [InlineData("", 0, 501, "", RefusalReason.InvalidField, "page_size")]
    [InlineData("", 0, 0, "gone", RefusalReason.InvalidField, "page_token")]
    public void Tree_WhatThereIsNot_IsRefused(
        string territory, int depth, int size, string token, RefusalReason reason, string field)
    {
        var request = new TerritoryTreeRequest
        {
            Territory = territory, Depth = depth, PageSize = size, PageToken = token,
        };
        var refusal = Assert.Single(TerritoryLists.Tree(Rules(("a", "")).Territories, request).Refusals);
        Assert.Equal((reason, field), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task Members_OfADayInPages_AreThoseWithin()
    {
        await using var world = await World.WithRepsAsync("ann", "bob", "cy");
        var top = Docs.Territory("top", "", "", "ann", "bob");
        (top.Members[0].To, top.Members[1].Role, top.Members[1].Share) = ("2026-01-31", "owner", "25%");
        await world.PutAsync(top);
        await world.PutAsync(Docs.Territory("low", "top", "north", "cy"));

        Assert.Equal("top/bob/owner/0.25 low/cy/rollup/1", await MembersAsync(world, "2026-02-15", anyDay: false));
        Assert.Equal(
            "top/ann/rollup/1 top/bob/owner/0.25 low/cy/rollup/1", await MembersAsync(world, "", anyDay: true));
    }

    [Theory]
    [InlineData(WindowKind.Month, null)]
    [InlineData(WindowKind.Quarter, 100)]
    [InlineData(WindowKind.Year, 400)]
    public void QuotaOf_SameEachQuarter_AddsUp(WindowKind kind, int? expected) => Assert.Equal(
        expected, (int?)TerritoryQuotas.Of(new Quota.Same(WindowKind.Quarter, 100m), Of(kind)));

    [Fact]
    public void QuotaOf_NamedQuarters_HasAYearOnlyIfAllAreNamed()
    {
        var names = new Dictionary<string, decimal>(StringComparer.Ordinal)
        {
            ["2026-Q1"] = 1m, ["2026-Q2"] = 2m, ["2026-Q3"] = 3m,
        };
        Assert.Equal(2m, TerritoryQuotas.Of(Named(), Of(WindowKind.Quarter)));
        Assert.Null(TerritoryQuotas.Of(Named(), Of(WindowKind.Year)));
        names["2026-Q4"] = 4m;
        Assert.Equal(10m, TerritoryQuotas.Of(Named(), Of(WindowKind.Year)));

        Quota Named() => new Quota.Named(
            WindowKind.Quarter, ImmutableDictionary.CreateRange(StringComparer.Ordinal, names));
    }

    [Fact]
    public void QuotaOf_Yearly_SpreadsEvenlyOrByShares()
    {
        Assert.Equal(25m, TerritoryQuotas.Of(new Quota.Yearly(WindowKind.Quarter, 100m, []), Of(WindowKind.Quarter)));
        var spread = new Quota.Yearly(WindowKind.Quarter, 100m, [0.1m, 0.2m, 0.3m, 0.4m]);
        Assert.Equal(20m, TerritoryQuotas.Of(spread, Of(WindowKind.Quarter)));
        Assert.Equal(100m, TerritoryQuotas.Of(spread, Of(WindowKind.Year)));
    }

    [Fact]
    public async Task Totals_WithQuota_SayHowMuchOfItThereIs()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PutAsync(Docs.Territory("top"));
        var low = Docs.Territory("low", "top", "north");
        low.Quota = new TerritoryQuota
        {
            Currency = "USD", Quota = new Contracts.V1.Quota { Window = "quarter", Amount = "400" },
        };
        await world.PutAsync(low);
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, region: "north", owners: "ann"));

        var view = await world.TerritoryAsync("low");
        var totals = World.Note(await world.Host.Territory("low").Totals("2026-02-15"));
        var above = await world.TerritoryAsync("top");

        Assert.Equal(("", "400", "0.25"), (view.Month.Quota, view.Quarter.Quota, view.Quarter.Attainment));
        Assert.Equal(("1600", "0.0625"), (view.Year.Quota, view.Year.Attainment));
        Assert.Equal(
            (view.Month, view.Quarter, view.Year, view.All), (totals.Month, totals.Quarter, totals.Year, totals.All));
        Assert.Equal((1L, ""), (above.All.Deals, above.Quarter.Quota));
    }

    [Theory]
    [InlineData("XXQ", "quarter", "1", "quota.currency")]
    [InlineData("USD", "decade", "1", "quota.quota.window")]
    [InlineData("USD", "quarter", "-1", "quota.quota.amount")]
    public async Task Put_WrongQuota_NamesTheField(string currency, string window, string amount, string field)
    {
        await using var world = World.InMemory();
        var territory = Docs.Territory("a");
        territory.Quota = new TerritoryQuota
        {
            Currency = currency, Quota = new Contracts.V1.Quota { Window = window, Amount = amount },
        };
        Assert.Equal(field, (await world.Host.Territory("a").Put(territory)).Refusals[0].Field);
    }

    private static Window Of(WindowKind kind) => FiscalWindows.Of(kind, 1, new DateOnly(2026, 5, 5));

    private static async Task<string> MembersAsync(World world, string on, bool anyDay)
    {
        var seen = new List<string>();
        var request = new TerritoryMembersRequest { Territory = "top", On = on, AnyDay = anyDay, PageSize = 1 };
        do
        {
            var page = World.Note(await world.Host.Directory.Members(request));
            seen.AddRange(page.Members.Select(one => $"{one.Territory}/{one.Rep}/{one.Role}/{one.Share}"));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return string.Join(' ', seen);
    }

    private static Forest ForestOf() => Forest.Of(
        Rules(("b", ""), ("a2", "a"), ("a", ""), ("a11", "a1"), ("b1", "b"), ("a1", "a")).Territories);

    private static CreditingRules Rules(params IReadOnlyList<(string Id, string Parent)> territories) => new(
        1,
        territories.Select(one => new Engine.Territory(
            one.Id, one.Id, one.Parent.Length == 0 ? null : one.Parent, [], [])),
        [],
        []);
}
