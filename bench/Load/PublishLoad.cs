using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Calls;
using Commission.Load.Measuring;
using Commission.Load.Processes;

namespace Commission.Load;

/// <summary>
/// New versions of a plan that many payees are on, one after another: how long until all are recomputed, and what
/// queries take meanwhile and, in turn with it, without. The silo is a process of its own.
/// </summary>
internal static class PublishLoad
{
    private const int Runs = 5;
    private const int GoalPayees = 100_000;
    private const int CreditsEach = 2;
    private const string Without = "queries without a publication";
    private const string Meanwhile = "queries while payees are recomputed";
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>Runs, checks that payees answer by the new version, and prints a table.</summary>
    /// <param name="reps">Payees on the plan.</param>
    /// <param name="askers">Who ask, each again as soon as it is answered; 0: nobody, to see what it costs alone.
    /// </param>
    public static async Task RunAsync(int reps, int askers)
    {
        await using var silo = await SiloProcess.StartAsync(null, SiloProcess.Unlimited);
        var company = new Company(silo.Channel, reps);
        await company.PutAsync();
        await company.RecordAsync(Events(reps));
        await AskAsync(company, askers, Quiet);
        var sheet = new Sheet("publish");
        for (var run = 0; run < Runs; run++)
        {
            var start = TimeProvider.System.GetTimestamp();
            Note(sheet, Without, await AskAsync(company, askers, Quiet), TimeProvider.System.GetElapsedTime(start));
            await PublishAsync(sheet, company, silo, (askers, 6 + run));
        }

        if (askers > 0)
        {
            sheet.Ratio(
                "p99 of queries, of the one without a publication", $"{Meanwhile}: p99", $"{Without}: p99", goal: 2);
        }

        Console.WriteLine("Checked: after each publication payees answered by the new version.");
        sheet.ToReport().Publish();
    }

    private static async Task PublishAsync(
        Sheet sheet, Company company, SiloProcess silo, (int Askers, int Percent) with)
    {
        var used = silo.Usage().Processor;
        var start = TimeProvider.System.GetTimestamp();
        var published = await company.PublishAsync(Company.TwoTiers($"{with.Percent}%"));
        var answered = TimeProvider.System.GetElapsedTime(start);
        using var done = new CancellationTokenSource();
        var asking = AskAsync(company, with.Askers, Timeout.InfiniteTimeSpan, done.Token);
        var rollout = await FinishedAsync(company, published.Rollout);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        used = silo.Usage().Processor - used;
        await done.CancelAsync();
        sheet.Less("publication answered", "s", answered.TotalSeconds);
        // The goal is for so many payees.
        sheet.Less($"{company.Payees} payees recomputed", "s", elapsed.TotalSeconds,
            company.Payees == GoalPayees ? 10 : null);
        sheet.Less("processors of the silo meanwhile", "", used / elapsed);
        sheet.Less("processor time of a payee and of the queries meanwhile", "µs",
            used.TotalMicroseconds / company.Payees);
        Note(sheet, Meanwhile, await asking, elapsed);
        await CheckAsync(company, rollout, with.Percent);
    }

    private static void Note(Sheet sheet, string what, Latencies latencies, TimeSpan took)
    {
        if (latencies.Count == 0)
        {
            return;
        }

        sheet.More($"{what}", "/s", latencies.Count / took.TotalSeconds);
        sheet.Less($"{what}: p50", "ms", latencies.Milliseconds(0.5));
        sheet.Less($"{what}: p99", "ms", latencies.Milliseconds(0.99));
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

    /// <summary>What queries of payees at random take: each asker asks again as soon as it is answered.</summary>
    private static async Task<Latencies> AskAsync(
        Company company, int askers, TimeSpan length, CancellationToken cancellation = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(length);
        return Latencies.Of(await Task.WhenAll(Enumerable.Range(0, askers).Select(seed => Task.Run(
            async () =>
            {
                var (random, times) = (new Random(seed), new Latencies());
                while (!end.IsCancellationRequested)
                {
                    var start = TimeProvider.System.GetTimestamp();
                    await company.EstimateAsync(random.Next(company.Payees));
                    times.Add(TimeProvider.System.GetTimestamp() - start);
                }

                return times;
            },
            CancellationToken.None))));
    }

    private static async Task CheckAsync(Company company, Rollout rollout, int percent)
    {
        for (var i = 0; i < company.Payees; i += Math.Max(1, company.Payees / 100))
        {
            var earned = (await company.EstimateAsync(i)).Earned.Units;
            if (rollout.Done != company.Payees || earned != EarnedBy(i, company.Payees, percent))
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"{rollout.Done} are recomputed, and {Company.Payee(i)} earned {earned} at {percent} %."));
            }
        }
    }

    /// <summary>Whole dollars of so much of the payee's deals of the month that is paid.</summary>
    private static long EarnedBy(int payee, int payees, int percent) => (long)Enumerable.Range(0, CreditsEach)
        .Select(i => Company.Event("P", payee + (i * payees), payee).Deal)
        .Where(deal => deal.Credited.StartsWith(Company.Today[..7], StringComparison.Ordinal))
        .Sum(deal => deal.Amount.Units * percent / 100m);
}
