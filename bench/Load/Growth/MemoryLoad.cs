using System.Globalization;
using Commission.Bench;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Load.Measuring;

namespace Commission.Load.Growth;

/// <summary>
/// What payees, and the deals that they are credited with, keep in the silo's memory when nothing else goes on: what
/// goes with the payees' grains, and beside it the difference between two sizes, with all that stays anywhere in the
/// process. Each payee has answered an estimate.
/// </summary>
/// <remarks>
/// The store remembers names of accounts, those of deals too, up to a number; they belong to the difference, and not to
/// what a payee holds. Deals have three fields, and a plan of two components. A payee keeps of a won deal what counts,
/// of an open one all of it. Ten payees have them, each some more than the one before and the last nearly twice as many
/// as the first: tables double when they are full, and so all degrees of filling count.
/// </remarks>
internal static class MemoryLoad
{
    private const int Rounds = 5;
    private const int Owners = 10;
    private const string Tenant = "main";
    private const string Plan = $$"""
        plan: {{Company.Plan}}
        title: Measured
        currency: USD
        effective: 2020-01-01
        pays: monthly
        components:
          - component: commission
            title: Commission
            credit: [owner]
            measure: amount
            window: quarter
            quota: bookings
            tiers:
              - { from: 0%, rate: 5% }
              - { from: 100%, rate: 10% }
          - component: accessories
            title: Accessories
            credit: [owner]
            when: { area: [t00, t01, t02, t03] }
            measure: field:accessories_amount
            window: month
            rate: 1%
        """;

    /// <summary>Runs, checks that everything was credited, and prints a table.</summary>
    /// <param name="payees">Of the larger size; and how many deals there are of each kind.</param>
    public static async Task RunAsync(int payees)
    {
        var sheet = new Sheet("memory");
        for (var round = 0; round < Rounds; round++)
        {
            await MeasurePayeesAsync(sheet, payees);
            await MeasureDealsAsync(sheet, payees);
        }

        sheet.ToReport().Publish();
    }

    private static async Task MeasurePayeesAsync(Sheet sheet, int most)
    {
        var (payee, grain) = await MeasurePayeesAsync(most, step: 0);
        sheet.Less("a payee without deals, active", "B", payee, goal: 2048);
        sheet.Less("of it what goes with its grain", "B", grain);
        (payee, grain) = await MeasurePayeesAsync(most, step: 10);
        sheet.Less("a payee with a quota that nobody else has", "B", payee);
        sheet.Less("of it what goes with its grain, then", "B", grain);
    }

    /// <summary>The bytes of a payee, and those of them that its grain has.</summary>
    private static async Task<(double Payee, double Grain)> MeasurePayeesAsync(int most, long step)
    {
        await using var silo = await LoadSilo.StartAsync();
        var few = await PutAsync(silo, most / 5, step);
        var many = await PutAsync(silo, most, step);
        var without = await DeactivateAsync(silo, Enumerable.Range(0, most));
        return ((many - few) / (double)(most - (most / 5)), (many - without) / (double)most);
    }

    /// <summary>The bytes that live without some payees.</summary>
    private static async Task<long> DeactivateAsync(LoadSilo silo, IEnumerable<int> payees)
    {
        await Task.WhenAll(payees.Select(payee =>
            silo.Grains.DeactivateAsync(silo.Grains.GetGrain<IRepGrain>(GrainKeys.Of(Tenant, Company.Payee(payee))))));
        return await LiveMemory.SettledAsync(silo.Grains);
    }

    private static async Task<long> PutAsync(LoadSilo silo, int payees, long step)
    {
        var company = new Company(silo.Channel, payees);
        await company.PutAsync(Plan, step: step);
        await AskAsync(company);
        return await LiveMemory.SettledAsync(silo.Grains);
    }

    private static async Task MeasureDealsAsync(Sheet sheet, int deals)
    {
        await using var silo = await LoadSilo.StartAsync();
        var company = new Company(silo.Channel, Owners * 2);
        await company.PutAsync(Plan);
        var few = deals / 10;
        await CreditAsync(company, DealStatus.Won, 0, few);
        var before = await CreditAsync(company, DealStatus.Open, 0, few, silo);
        var won = await CreditAsync(company, DealStatus.Won, few, deals, silo);
        var open = await CreditAsync(company, DealStatus.Open, few, deals, silo);
        var withoutWon = await DeactivateAsync(silo, Enumerable.Range(0, Owners));
        var withoutOpen = await DeactivateAsync(silo, Enumerable.Range(Owners, Owners));
        sheet.Less("a won deal, held by its payee", "B", (open - withoutWon) / (double)deals, goal: 300);
        sheet.Less("an open deal, held by its payee", "B", (withoutWon - withoutOpen) / (double)deals, goal: 300);
        sheet.Less("a won deal, with what the store remembers", "B", (won - before) / (double)(deals - few));
        sheet.Less("an open deal, with what the store remembers", "B", (open - won) / (double)(deals - few));
    }

    /// <summary>Records deals; if there is a silo, the bytes that live in it then.</summary>
    private static async Task<long> CreditAsync(
        Company company, DealStatus status, int from, int to, LoadSilo? silo = null)
    {
        var states = (await AskAsync(company)).Select(estimate => estimate.AsOf.Sequence).ToArray();
        for (var i = from; i < to; i++)
        {
            states[OwnerOf(status, i)]++;
        }

        await company.RecordAsync(
            Enumerable.Range(from, to - from).Select(i => Event(status, i)).ToAsyncEnumerable());
        for (var payee = 0; payee < states.Length; payee++)
        {
            var state = states[payee];
            await Credited.UntilAsync(company, payee, estimate => estimate.AsOf.Sequence == state);
        }

        return silo is null ? 0 : await LiveMemory.SettledAsync(silo.Grains);
    }

    private static async Task<IReadOnlyList<Estimate>> AskAsync(Company company)
    {
        var answers = new Estimate[company.Payees];
        await Parallel.ForAsync(0, company.Payees, async (payee, _) =>
            answers[payee] = await company.EstimateAsync(payee));
        return answers;
    }

    private static RecordRequest Event(DealStatus status, int i)
    {
        var request = Company.Event($"{status}", i, OwnerOf(status, i), i % 50);
        request.Deal.Status = status;
        request.Deal.Fields.Add("order", string.Create(CultureInfo.InvariantCulture, $"SO-{i}"));
        request.Deal.Fields.Add("accessories_amount", string.Create(CultureInfo.InvariantCulture, $"{i % 40}.50"));
        return request;
    }

    /// <summary>Evenly drawn from 1 to 2, by the logarithm: a tenth of the owners' range of counts for each.</summary>
    private static int OwnerOf(DealStatus status, int i) =>
        (int)(Owners * Math.Log2(1 + (i * 0.618033988749895 % 1))) + (status == DealStatus.Won ? 0 : Owners);
}
