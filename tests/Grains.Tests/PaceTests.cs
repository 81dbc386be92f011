using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Reps;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>How far payees are against how far the time is, and who is in a team.</summary>
public sealed class PaceTests
{
    private static readonly Window Quarter =
        new(WindowKind.Quarter, new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 31));

    [Theory]
    [InlineData(null, null, Proration.Days, "2026-01-01", 1, 90)]
    [InlineData(null, null, Proration.Days, "2026-03-31", 90, 90)]
    [InlineData("2026-02-01", null, Proration.None, "2026-02-14", 45, 90)]
    [InlineData("2026-02-01", null, Proration.Days, "2026-02-14", 14, 59)]
    [InlineData("2026-01-01", "2026-02-14", Proration.Days, "2026-02-14", 45, 45)]
    public void Days_OfAWindow_AreThoseOfTheAssignmentWhereItProrates(
        string? from, string? to, Proration prorate, string on, int passed, int all)
    {
        var assignment = new Assignment("p", Day(from), Day(to), [], [], prorate);
        Assert.Equal((passed, all), Paces.Days(Quarter, assignment, Day(on)!.Value));
    }

    [Fact]
    public async Task GetPace_HalfwayWithAQuarterOfQuota_IsHalf()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 25000m, owners: "ann"));

        var pace = World.Note(await world.Host.Rep("ann").GetPace("2026-02-14"));
        var estimate = await world.EstimateAsync("ann", "2026-02-14");

        var component = Assert.Single(pace.Components);
        Assert.Equal(("0.5", "0.25", "0.5"), (component.Elapsed, component.Attainment, component.Pace));
        Assert.Equal("0.5", pace.Pace);
        Assert.Equal((estimate.Statement, estimate.Earned, estimate.Plan), (pace.Statement, pace.Earned, pace.Plan));
        Assert.Equal(estimate.AsOf.Sequence, pace.AsOf.Sequence);
    }

    [Fact]
    public async Task GetPace_WithoutPlanOrDay_IsRefused()
    {
        await using var world = await World.WithRepsAsync("ann");
        Assert.Equal(RefusalReason.NoAssignment, await ReasonAsync("ann", "2025-12-31"));
        Assert.Equal(RefusalReason.InvalidField, await ReasonAsync("ann", "2025-12-32"));
        Assert.Equal(RefusalReason.UnknownRep, await ReasonAsync("zed", "2026-01-01"));

        async Task<RefusalReason> ReasonAsync(string rep, string on) =>
            (await world.Host.Rep(rep).GetPace(on)).Refusals[0].Reason;
    }

    [Theory]
    [InlineData("top", 1, "1:mid/top 1:two/top")]
    [InlineData("top", 2, "1:mid/top 1:two/top 2:a/mid 2:b/two")]
    [InlineData("top", 100, "1:mid/top 1:two/top 2:a/mid 2:b/two")]
    [InlineData("a", 1, "")]
    public async Task Team_OfLevels_IsThoseWhoReportByThem(string manager, int depth, string expected)
    {
        await using var world = await World.WithRepsAsync("top");
        foreach (var (rep, above) in new[] { ("two", "top"), ("mid", "top"), ("b", "two"), ("a", "mid") })
        {
            await world.PutAsync(Docs.Rep(rep, above));
        }

        var team = World.Note(await world.Host.Directory.Team(manager, depth, 10));
        Assert.Equal(expected, string.Join(' ', team.Members.Select(one => $"{one.Level}:{one.Rep}/{one.Manager}")));
    }

    [Fact]
    public async Task Team_TooManyOrNobody_IsRefused()
    {
        await using var world = await World.WithRepsAsync("top");
        await world.PutAsync(Docs.Rep("a", "top"));
        await world.PutAsync(Docs.Rep("b", "top"));
        Assert.Equal("depth", (await world.Host.Directory.Team("top", 1, 1)).Refusals[0].Field);
        Assert.Equal(
            RefusalReason.UnknownRep, (await world.Host.Directory.Team("zed", 1, 1)).Refusals[0].Reason);
    }

    [Fact]
    public void Below_Circle_HasEachOnce()
    {
        var rules = CreditingRules.OwnersOnly;
        var circle = rules.Managers.Add("a", "b").Add("b", "c").Add("c", "a");
        var below = rules.With(1, rules.Territories, circle).Below("a", 100);
        Assert.Equal(["c", "b"], below.Select(one => one.Rep));
    }

    private static DateOnly? Day(string? text) =>
        text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
