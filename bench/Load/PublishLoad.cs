using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;

namespace Commission.Load;

/// <summary>
/// A new version of a plan that many payees are on: how long until all are recomputed, and what queries take
/// meanwhile and without it.
/// </summary>
internal static class PublishLoad
{
    private const int CreditsEach = 2;
    private const int Askers = 4;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Runs, checks that payees answer by the new version, and prints a table.</summary>
    public static async Task RunAsync(int reps)
    {
        await using var silo = await LoadSilo.StartAsync();
        var company = new Company(silo.Channel, reps);
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        await company.PutAsync();
        await company.RecordAsync(Events(reps));
        Console.WriteLine(Line($"{reps} payees with {CreditsEach} credits each", time.GetElapsedTime(start)));

        await AskAsync(company, TimeSpan.FromSeconds(2));
        var without = await AskAsync(company, Quiet);
        Print("queries without", without);

        start = time.GetTimestamp();
        var published = await company.PublishAsync(Company.TwoTiers("6%"));
        Console.WriteLine(Line("published: answered after", time.GetElapsedTime(start)));
        using var done = new CancellationTokenSource();
        var asking = AskAsync(company, Timeout.InfiniteTimeSpan, done.Token);
        var rollout = await FinishedAsync(company, published.Rollout);
        var elapsed = time.GetElapsedTime(start);
        await done.CancelAsync();
        Console.WriteLine(Line($"{rollout.Done} of {rollout.Total} payees recomputed after", elapsed));
        Print("queries meanwhile", await asking);
        await CheckAsync(company, rollout);
    }

    private static async Task<Rollout> FinishedAsync(Company company, Rollout rollout)
    {
        while (rollout.Finished is null)
        {
            await Task.Delay(20);
            rollout = await company.CallAsync<GetRolloutRequest, Rollout>(
                PlansReflection.Descriptor, "GetRollout", new GetRolloutRequest { Plan = rollout.Plan });
        }

        return rollout;
    }

    private static async IAsyncEnumerable<RecordRequest> Events(int payees)
    {
        for (var i = 0; i < payees * CreditsEach; i++)
        {
            yield return Company.Event("P", i, i % payees);
        }

        await Task.CompletedTask;
    }

    /// <summary>What queries of payees at random take, sorted.</summary>
    private static async Task<List<TimeSpan>> AskAsync(
        Company company, TimeSpan length, CancellationToken cancellation = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(length);
        var taken = await Task.WhenAll(Enumerable.Range(0, Askers).Select(seed => Task.Run(
            async () =>
            {
                var (random, times) = (new Random(seed), new List<TimeSpan>());
                while (!end.IsCancellationRequested)
                {
                    var start = TimeProvider.System.GetTimestamp();
                    await company.EstimateAsync(random.Next(company.Payees));
                    times.Add(TimeProvider.System.GetElapsedTime(start));
                }

                return times;
            },
            CancellationToken.None)));
        return [.. taken.SelectMany(times => times).Order()];
    }

    private static async Task CheckAsync(Company company, Rollout rollout)
    {
        for (var i = 0; i < company.Payees; i += Math.Max(1, company.Payees / 100))
        {
            var earned = (await company.EstimateAsync(i)).Earned.Units;
            if (rollout.Done != company.Payees || earned != EarnedBy(i, company.Payees))
            {
                throw new InvalidOperationException(
                    $"{rollout.Done} are recomputed, and {Company.Payee(i)} earned {earned}.");
            }
        }

        Console.WriteLine("Checked: payees answer by the new version.");
    }

    /// <summary>Whole dollars of 6 % of the payee's deals of the month that is paid.</summary>
    private static long EarnedBy(int payee, int payees) => (long)Enumerable.Range(0, CreditsEach)
        .Select(i => Company.Event("P", payee + (i * payees), payee).Deal)
        .Where(deal => deal.Credited.StartsWith(Company.Today[..7], StringComparison.Ordinal))
        .Sum(deal => deal.Amount.Units * 0.06m);

    private static void Print(string what, List<TimeSpan> sorted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-45} {sorted.Count,8} queries   p50 {At(sorted, 50):0.00} ms   p99 {At(sorted, 99):0.00} ms"));

    private static double At(List<TimeSpan> sorted, int percent) =>
        sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)].TotalMilliseconds;

    private static string Line(string what, TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{what,-45} {elapsed.TotalSeconds,8:0.00} s");
}
