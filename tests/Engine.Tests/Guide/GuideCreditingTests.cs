using System.Collections.Immutable;
using System.Globalization;
using Commission.Guide;
using YamlDotNet.RepresentationModel;

namespace Commission.Engine.Tests.Guide;

/// <summary>What a case cannot hold: who is credited with a deal, and foreign currencies.</summary>
public sealed class GuideCreditingTests
{
    public static TheoryData<int> Deals() =>
        [.. GuideBlock.Guide.Where(block => block.Info == "yaml deal").Select(block => block.Line)];

    [Theory]
    [MemberData(nameof(Deals))]
    public void Guide_Deal_IsCreditedAsItsTableSays(int line)
    {
        var blocks = GuideBlock.Guide;
        var at = blocks.Index().Single(block => block.Item.Line == line).Index;
        var table = blocks[at + 1];
        Assert.Equal(["rep", "role", "share", "why"], table.Rows()[0]);

        var credited = Rules().Credit(DealOf(GuideYaml.Map(blocks[at].Text)));

        var found = credited.Reps.SelectMany(rep => rep.Roles.Select(role => Row(rep, role)));
        Assert.Equal(table.Rows().Skip(1), found);
    }

    [Fact]
    public void Guide_ForeignDeals_CountAtTheRateOfTheirDay()
    {
        var block = GuideYaml.Map(GuideBlock.Guide.Single(one => one.Info == "yaml rates").Text);
        var books = Books(block);
        foreach (var written in block.Items("deals"))
        {
            books.Apply(new DealCredit(DealOf(written), [new RoleShare(CreditRole.Owner, 1m)]));
        }

        foreach (var written in block.Items("deals"))
        {
            var part = books.EarnedBy(written.Text("deal")!)!.Components.Single();
            Assert.Equal((written.Number("counts"), written.Number("earned")), (part.Credited, part.Earned));
            Assert.Equal(written.Number("counts") == 0, part.Notices == Notices.NoRate);
        }
    }

    private static string[] Row(RepCredit rep, RoleShare role)
    {
        var why = rep.Reasons.Where(reason => reason.Role == role.Role).Select(reason => reason.Source switch
        {
            CreditSource.Owner => "owns it",
            CreditSource.Territory => "territory " + reason.By,
            CreditSource.Manager => "manages " + reason.By,
            _ => "exception",
        });
        var share = (role.Share * 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%";
        return [rep.Rep, role.Role.ToString().ToLowerInvariant(), share, string.Join(", ", why)];
    }

    private static CreditingRules Rules()
    {
        var reps = Named("yaml reps").Items("reps").Select(rep => PlanFormat.ParseRep(rep.Json())).ToList();
        Assert.All(reps, rep => Assert.Empty(rep.Problems));
        var exception = Named("yaml exception");
        var exceptional = exception.Items("credits")
            .Select(one => new ExceptionalCredit(one.Text("rep")!, one.Role(), one.Share()));
        return new CreditingRules(
            1,
            Named("yaml territories").Items("territories").Select(TerritoryOf),
            reps.Where(rep => rep.Value!.Manager is not null)
                .Select(rep => KeyValuePair.Create(rep.Value!.Rep, rep.Value.Manager!)),
            [KeyValuePair.Create(exception.Text("deal")!, exceptional.ToImmutableArray())]);
    }

    private static Territory TerritoryOf(YamlNode written) => new(
        written.Text("territory")!,
        written.Text("title") ?? "",
        written.Text("parent"),
        written is YamlMappingNode map && map.Children.TryGetValue("when", out var when) ? MatchersOf(when) : [],
        [.. written.Items("members").Select(member => new TerritoryMember(
            member.Text("rep")!, member.Role(), member.Share(), member.Day("from"), member.Day("to")))]);

    // Territories write their conditions as plans do.
    private static ImmutableArray<Matcher> MatchersOf(YamlNode when)
    {
        var plan = PlanFormat.ParsePlan(
            "{ plan: p, currency: USD, effective: 2026-01-01, pays: monthly, components: [ { component: c, when: "
            + when.Json() + " } ] }");
        Assert.True(plan.IsValid, string.Join('\n', plan.Problems));
        return plan.Value!.Components[0].When;
    }

    private static Deal DealOf(YamlNode written)
    {
        var money = ((YamlMappingNode)written).Children["amount"];
        var fields = ((YamlMappingNode)written).Children.TryGetValue("fields", out var node)
            ? ((YamlMappingNode)node).Children.ToImmutableSortedDictionary(
                entry => ((YamlScalarNode)entry.Key).Value!, entry => ((YamlScalarNode)entry.Value).Value!,
                StringComparer.Ordinal)
            : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        var deal = new Deal
        {
            Id = written.Text("deal")!,
            Credited = written.Day("credited")!.Value,
            Amount = money.Number("value"),
            Currency = money.Text("currency"),
            Owners = [.. written.Items("owners").Select(owner => new OwnerShare(owner.Text("rep")!, owner.Share()))],
            Fields = fields,
        };
        Assert.Empty(DealChecks.Check(deal, allowOtherShareTotals: false));
        return deal;
    }

    private static RepBooks Books(YamlMappingNode block)
    {
        var plan = PlanFormat.ParsePlan(block.Children["plan"].Json()).Value!;
        var assignment = PlanFormat.ParseAssignment($"{{ plan: {plan.Id}, from: 2026-01-01 }}").Value!;
        var rates = block.Items("rates").Select(rate => new CurrencyRate(
            rate.Text("from")!, rate.Text("to")!, rate.Day("day")!.Value, rate.Number("rate")));
        return new RepBooks([new PlanAssignment(assignment, [plan])], new CurrencyRates(rates));
    }

    private static YamlMappingNode Named(string info) =>
        GuideYaml.Map(GuideBlock.Guide.Single(block => block.Info == info).Text);
}
