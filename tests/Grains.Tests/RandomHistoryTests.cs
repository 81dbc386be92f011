using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Tests.Harness;
using Preview = Commission.Contracts.V1.Preview;

namespace Commission.Grains.Tests;

/// <summary>Random companies and histories against the evaluation from nothing.</summary>
public sealed class RandomHistoryTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    public static TheoryData<int> PreviewSeeds => [.. Enumerable.Range(1000, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task RandomHistory_OfDealsAndDocuments_GivesTheFiguresOfTheEvaluation(int seed)
    {
        var random = new Random(seed);
        var company = new Company(seed);
        await using var world = World.InMemory();
        await CompanyLife.PutAllAsync(world, company);
        for (var round = 0; round < 4; round++)
        {
            await CompanyLife.RoundAsync(world, company, random);
        }

        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Theory]
    [MemberData(nameof(PreviewSeeds))]
    public async Task Preview_ThenTheDealItself_GivesTheSameCent(int seed)
    {
        var company = new Company(seed);
        await using var world = World.InMemory();
        await CompanyLife.PutAllAsync(world, company);
        for (var i = 0; i < 40; i++)
        {
            if (i % 5 == 0)
            {
                await world.PutRatesAsync(company.Rates());
            }

            // Every fourth is a new version of a deal that is known.
            var deal = company.Deal($"d{(i % 4 == 3 ? i - 2 : i)}");
            deal.Status = Contracts.V1.DealStatus.Won;
            var rep = deal.Owners[0].Rep;
            var preview = World.Note(await world.Host.Rep(rep).Preview(deal));
            var before = Evaluate(world, rep);

            await world.CreditAsync(new RecordRequest { EventId = $"e{i}", Deal = deal });

            CheckPreview($"seed {seed}, deal {i}", preview, before, Evaluate(world, rep), deal.Deal_);
            var estimate = await world.Host.Rep(rep).GetEstimate(deal.Credited);
            Assert.Equal(estimate.IsValue, preview.Plan.Length > 0);
        }

        await Audit.CheckAsync(world);
    }

    private static void CheckPreview(string where, Preview preview, Evaluation before, Evaluation after, string deal)
    {
        var earned = after.Deals.SingleOrDefault(one => one.Deal == deal);
        if (earned is null)
        {
            Assert.Contains(deal, after.Unassigned);
            Assert.Equal("", preview.Plan);
            return;
        }

        Assert.True(earned.Total == preview.Earned.Value(), $"{where}: {earned.Total} but {preview.Earned}");
        Assert.Equal(earned.Currency!.Code, preview.Earned.Currency);
        var change = Total(after, earned.Currency) - Total(before, earned.Currency);
        Assert.True(change == preview.Change.Value(), $"{where}: {change} but {preview.Change}");
        foreach (var component in preview.Components)
        {
            var part = earned.Components.Single(one => one.Component == component.Component);
            Assert.Equal(part.Earned, component.Earned.Value());
            Assert.Equal(part.Credited.ToText(), component.Credited);
        }
    }

    private static decimal Total(Evaluation evaluation, Currency currency) =>
        evaluation.Deals.Where(deal => deal.Currency == currency).Sum(deal => deal.Total);

    private static Evaluation Evaluate(World world, string rep) =>
        Audit.Evaluate(world, world.Reps[rep], Audit.Credit(world));
}
