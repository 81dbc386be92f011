using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Crediting;

public sealed class CreditingRulesTests
{
    private static readonly DateOnly Day = new(2026, 5, 10);

    private static readonly CreditingRules Rules = new(
        7,
        [
            new Territory("world", "World", null, [], [Member("wanda", CreditRole.Rollup, 1m)]),
            new Territory("emea", "EMEA", "world", [], [Member("emil", CreditRole.Rollup, 1m)]),
            new Territory("de", "Germany", "emea", [new Matcher.OneOf("country", ["DE"])],
            [
                Member("dora", CreditRole.Overlay, 0.5m),
                new TerritoryMember("olaf", CreditRole.Overlay, 1m, null, Day.AddDays(-1)),
                new TerritoryMember("nina", CreditRole.Overlay, 1m, Day, null),
            ]),
            new Territory("big", "Big deals", "emea", [new Matcher.Between("amount", 10000m, null)],
                [Member("dora", CreditRole.Overlay, 0.75m)]),
        ],
        new Dictionary<string, string>
        {
            ["ann"] = "max", ["bob"] = "max", ["max"] = "vera", ["vera"] = "max", ["cleo"] = "cleo",
        },
        [new("special", [new ExceptionalCredit("zoe", CreditRole.Owner, 0.2m)])]);

    [Theory]
    [InlineData("plain", null, 100, "ann 1", "ann:Owner=1 max:Team=1 vera:Team=1", "")]
    [InlineData("two owners", null, 100, "ann 0.6,bob 0.4",
        "ann:Owner=0.6 bob:Owner=0.4 max:Team=0.6 vera:Team=0.6", "")]
    [InlineData("manager owns", null, 100, "max 1", "max:Owner=1 vera:Team=1", "")]
    [InlineData("own manager", null, 100, "cleo 1", "cleo:Owner=1", "")]
    [InlineData("territory", "DE", 100, "ed 1",
        "dora:Overlay=0.5 ed:Owner=1 emil:Rollup=1 nina:Overlay=1 wanda:Rollup=1", "de emea world")]
    [InlineData("two territories", "DE", 10000, "ed 1",
        "dora:Overlay=0.75 ed:Owner=1 emil:Rollup=1 nina:Overlay=1 wanda:Rollup=1", "big de emea world")]
    [InlineData("other country", "FR", 100, "ed 1", "ed:Owner=1", "")]
    [InlineData("special", "DE", 100, "ed 1", "zoe:Owner=0.2", "de emea world")]
    public void Credit_Deal_GoesToTheseRepsAndTerritories(
        string id, string? country, int amount, string owners, string credits, string territories)
    {
        var credited = Rules.Credit(DealOf(id, country, amount, owners));
        Assert.Equal(credits, string.Join(' ', credited.Reps.SelectMany(
            rep => rep.Roles.Select(role => $"{rep.Rep}:{role.Role}={role.Share}"))));
        Assert.Equal(territories, string.Join(' ', credited.Territories));
    }

    [Fact]
    public void Credit_SameRoleByTwoWays_KeepsBothReasons()
    {
        var credited = Rules.Credit(DealOf("two territories", "DE", 10000, "ed 1"));
        var dora = credited.Reps.Single(rep => rep.Rep == "dora");
        Assert.Equal(["big", "de"], dora.Reasons.Select(reason => reason.By!));
        Assert.All(dora.Reasons, reason => Assert.Equal(CreditSource.Territory, reason.Source));
    }

    [Fact]
    public void Credit_TerritoriesInACircle_AreCountedOnce()
    {
        var rules = new CreditingRules(
            1,
            [
                new Territory("a", "A", "b", [new Matcher.OneOf("x", ["1"])], [Member("r", CreditRole.Rollup, 1m)]),
                new Territory("b", "B", "a", [], [Member("r", CreditRole.Rollup, 0.5m)]),
            ],
            [],
            []);
        var deal = DealOf("d", null, 1, "o 1") with
        {
            Fields = ImmutableSortedDictionary<string, string>.Empty.Add("x", "1"),
        };
        var credited = rules.Credit(deal);
        Assert.Equal(["a", "b"], credited.Territories);
        Assert.Equal([new RoleShare(CreditRole.Rollup, 1m)], credited.Reps.Single(rep => rep.Rep == "r").Roles);
    }

    [Theory]
    [InlineData("d", "ann 0.5,bob 0.5", false, "")]
    [InlineData("d", "", false, "")]
    [InlineData("d", "ann 0.5,bob 0.4", false, "ShareTotal")]
    [InlineData("d", "ann 0.5,bob 0.4", true, "")]
    [InlineData("d", "ann 1.2,bob -0.2", false, "NegativeShare")]
    [InlineData("d", "ann 0.5,ann 0.5", false, "DuplicateOwner")]
    [InlineData("", "ann 1", false, "BadId")]
    [InlineData("", "ann 0.5,ann -0.1", false, "BadId DuplicateOwner NegativeShare ShareTotal")]
    public void Check_Deal_IsRefusedFor(string id, string owners, bool allowOther, string refusals)
    {
        var found = DealChecks.Check(DealOf(id, null, 1, owners), allowOther);
        Assert.Equal(refusals, string.Join(' ', found.Select(refusal => refusal.Kind)));
    }

    [Fact]
    public void Check_CurrencyAndProbability_AreChecked()
    {
        var deal = DealOf("d", null, 1, "ann 1") with { Currency = "usd", Probability = 1.5m };
        Assert.Equal(
            [DealRefusalKind.BadCurrency, DealRefusalKind.BadProbability],
            DealChecks.Check(deal, allowOtherShareTotals: false).Select(refusal => refusal.Kind));
    }

    [Fact]
    public void Check_NumbersAndDatesBeyondReason_AreRefused()
    {
        var deal = DealOf("d", null, 1, "ann 1") with
        {
            Credited = new DateOnly(1899, 12, 31),
            Amount = -DealChecks.MaxMagnitude - 0.01m,
            Quantity = DealChecks.MaxMagnitude,
        };
        Assert.Equal(
            [DealRefusalKind.BadDate, DealRefusalKind.BadNumber],
            DealChecks.Check(deal, allowOtherShareTotals: false).Select(refusal => refusal.Kind));
    }

    private static TerritoryMember Member(string rep, CreditRole role, decimal share) => new(rep, role, share);

    private static Deal DealOf(string id, string? country, int amount, string owners) => new()
    {
        Id = id,
        Credited = Day,
        Amount = amount,
        Owners =
        [
            .. owners.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(owner => owner.Split(' '))
                .Select(owner => new OwnerShare(owner[0], decimal.Parse(owner[1], CultureInfo.InvariantCulture))),
        ],
        Fields = country is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : ImmutableSortedDictionary<string, string>.Empty.Add("country", country),
    };
}
