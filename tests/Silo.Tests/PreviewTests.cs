using System.Globalization;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests;

/// <summary>What a preview says is what the deal then pays, to the cent.</summary>
public sealed class PreviewTests
{
    private const int Deals = 300;
    private static readonly string[] Managers = ["rep-272", "rep-290", "rep-294"];

    [Theory]
    [InlineData(1)]
    [InlineData(20200630)]
    public async Task PreviewDeal_ThenTheDealItself_IsTheSameCent(int seed)
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var reps = (await silo.Api.RepsAsync()).Reps.Select(rep => rep.Rep_).ToList();
        var deals = new RandomDeals(seed, reps);
        for (var i = 0; i < Deals; i++)
        {
            var before = deals.Latest.Values.ToDictionary(deal => deal.Deal_, StringComparer.Ordinal);
            var deal = deals.Next();
            var formerly = before.TryGetValue(deal.Deal_, out var former) ? former.Owners : [];
            var concerned = deal.Owners.Concat(formerly).Select(owner => owner.Rep).Concat(Managers)
                .ToHashSet(StringComparer.Ordinal);
            await RecordAsPreviewedAsync(
                silo.Api, string.Create(CultureInfo.InvariantCulture, $"seed {seed}, event {i}"), deal, concerned);
        }

        await DealsAddUpAsync(silo.Api, reps, deals.Latest.Values);
    }

    private static async Task RecordAsPreviewedAsync(Api api, string name, Deal deal, IReadOnlySet<string> concerned)
    {
        var previews = new Dictionary<string, (Preview Preview, decimal Before)>(StringComparer.Ordinal);
        foreach (var rep in concerned)
        {
            previews[rep] = (await api.PreviewAsync(rep, deal), await EarnedAsync(api, rep, null));
        }

        var recorded = await api.RecordAsync(name, deal);
        foreach (var (rep, (preview, before)) in previews)
        {
            var after = await EarnedAsync(api, rep, recorded.Position);
            Assert.True(after - before == Amount(preview.Change), $"{name}: {rep} {before} to {after}, not {preview}");
            // Once it is there, the deal changes nothing any more, and earns for itself what it was said to.
            var again = await api.PreviewAsync(rep, deal);
            Assert.True(Amount(again.Change) == 0m, $"{name}: {rep} {again}");
            Assert.True(Amount(again.Earned) == Amount(preview.Earned), $"{name}: {rep} {again}, not {preview}");
        }
    }

    private static async Task DealsAddUpAsync(Api api, IReadOnlyList<string> reps, IReadOnlyCollection<Deal> deals)
    {
        foreach (var rep in reps)
        {
            var sum = 0m;
            foreach (var deal in deals)
            {
                sum += Amount((await api.PreviewAsync(rep, deal)).Earned);
            }

            Assert.Equal(await EarnedAsync(api, rep, null), sum);
        }
    }

    private static async Task<decimal> EarnedAsync(Api api, string rep, Position? after) =>
        (await api.EstimateAsync(rep, SampleCompany.Today, after)).YearToDate.ToDecimal();

    // Nothing is said of money where the payee is not credited.
    private static decimal Amount(Money? money) => money?.ToDecimal() ?? 0m;
}
