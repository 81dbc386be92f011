using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>Who belongs to whom, as the gateway asks before it lets anybody see anything.</summary>
public sealed class DirectoryTests
{
    [Theory]
    [InlineData("top", "mid", true)]
    [InlineData("top", "low", true)]
    [InlineData("mid", "low", true)]
    [InlineData("mid", "top", false)]
    [InlineData("low", "low", false)]
    [InlineData("mid", "eve", false)]
    [InlineData("mid", "nobody", false)]
    [InlineData("nobody", "low", false)]
    public async Task IsBelow_Tree_FollowsManagers(string manager, string rep, bool expected)
    {
        await using var world = await WithTreeAsync();
        Assert.Equal(expected, await world.Host.Directory.IsBelow(manager, rep));
    }

    [Fact]
    public async Task IsBelow_ManagerChanged_HoldsAtOnce()
    {
        await using var world = await WithTreeAsync();
        await world.PutAsync(Docs.Rep("low", manager: "eve"));
        Assert.False(await world.Host.Directory.IsBelow("mid", "low"));
        Assert.True(await world.Host.Directory.IsBelow("eve", "low"));
    }

    [Fact]
    public void IsBelow_Circle_Ends()
    {
        var rules = CreditingRules.OwnersOnly;
        var circle = rules.Managers.Add("a", "b").Add("b", "c").Add("c", "b");
        rules = rules.With(1, rules.Territories, circle);
        Assert.False(rules.IsBelow("zed", "a"));
        Assert.False(rules.IsBelow("b", "b"));
        Assert.True(rules.IsBelow("c", "a"));
    }

    [Theory]
    [InlineData("low", false, "own", true)]
    [InlineData("low", false, "outer", false)]
    [InlineData("mid", true, "outer", true)]
    [InlineData("mid", false, "outer", false)]
    [InlineData("eve", true, "outer", false)]
    [InlineData("top", true, "empty", false)]
    [InlineData("top", true, "nowhere", false)]
    public async Task HasTerritory_MembersOfAllBelow_AllMustBelongToThePayee(
        string rep, bool withTeam, string territory, bool expected)
    {
        await using var world = await WithTreeAsync();
        await world.PutAsync(Docs.Territory("outer", "", "", "mid"));
        await world.PutAsync(Docs.Territory("own", "outer", "north", "low"));
        await world.PutAsync(Docs.Territory("empty", "", "south"));
        Assert.Equal(expected, await world.Host.Directory.HasTerritory(rep, withTeam, territory));
    }

    [Theory]
    [InlineData("low", false, "flat", true)]
    [InlineData("low", false, "other", false)]
    [InlineData("nobody", true, "flat", false)]
    [InlineData("boss", false, "flat", false)]
    [InlineData("boss", true, "flat", true)]
    [InlineData("boss", true, "other", false)]
    public async Task IsOnPlan_AssignmentsOfThePayeeOrTeam_Decide(
        string rep, bool withTeam, string plan, bool expected)
    {
        await using var world = await WithTreeAsync();
        await world.PutAsync(new Contracts.V1.Rep { Rep_ = "boss" });
        await world.PutAsync(Docs.Rep("top", manager: "boss"));
        Assert.Equal(expected, await world.Host.Directory.IsOnPlan(rep, withTeam, plan));
    }

    /// <summary>Low reports to mid, and mid to top; eve to nobody.</summary>
    private static async Task<World> WithTreeAsync()
    {
        var world = await World.WithRepsAsync("top", "eve");
        await world.PutAsync(Docs.Rep("mid", manager: "top"));
        await world.PutAsync(Docs.Rep("low", manager: "mid"));
        return world;
    }
}
