using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Load;

/// <summary>
/// A new version of a plan that many payees are on: how long until all are recomputed, and what queries take
/// meanwhile and without it.
/// </summary>
internal static class PublishLoad
{
    private const int CreditsEach = 2;
    private const int PutsAtATime = 128;
    private const int Askers = 4;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private static readonly Google.Protobuf.Reflection.ServiceDescriptor Plans =
        PlansReflection.Descriptor.Services[0];

    /// <summary>Runs, checks that payees answer by the new version, and prints a table.</summary>
    public static async Task RunAsync(int reps)
    {
        await using var silo = await LoadSilo.StartAsync();
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        await PublishAsync(silo, "5%");
        await PutRepsAsync(silo, reps);
        await RecordAsync(silo, reps);
        Console.WriteLine(Line($"{reps} payees with {CreditsEach} credits each", time.GetElapsedTime(start)));

        await AskAsync(silo, reps, TimeSpan.FromSeconds(2));
        var without = await AskAsync(silo, reps, Quiet);
        Print("queries without", without);

        start = time.GetTimestamp();
        var published = await PublishAsync(silo, "6%");
        Console.WriteLine(Line("published: answered after", time.GetElapsedTime(start)));
        using var done = new CancellationTokenSource();
        var asking = AskAsync(silo, reps, Timeout.InfiniteTimeSpan, done.Token);
        var rollout = await FinishedAsync(silo, published.Rollout);
        var elapsed = time.GetElapsedTime(start);
        await done.CancelAsync();
        Console.WriteLine(Line($"{rollout.Done} of {rollout.Total} payees recomputed after", elapsed));
        Print("queries meanwhile", await asking);
        await CheckAsync(silo, reps, rollout);
    }

    private static async Task<Rollout> FinishedAsync(LoadSilo silo, Rollout rollout)
    {
        while (rollout.Finished is null)
        {
            await Task.Delay(20);
            rollout = await silo.CallAsync<GetRolloutRequest, Rollout>(
                Plans, "GetRollout", new GetRolloutRequest { Plan = rollout.Plan });
        }

        return rollout;
    }

    private static Task<PublishedPlan> PublishAsync(LoadSilo silo, string rate) =>
        silo.CallAsync<PublishPlanRequest, PublishedPlan>(Plans, "Publish", new PublishPlanRequest
        {
            Text = $$"""
                plan: wide
                currency: USD
                effective: 2020-01-01
                pays: monthly
                components:
                  - component: commission
                    credit: [owner]
                    measure: amount
                    window: quarter
                    quota: bookings
                    tiers:
                      - { from: 0%, rate: {{rate}} }
                      - { from: 100%, rate: 10% }
                """,
        });

    private static Task PutRepsAsync(LoadSilo silo, int reps) =>
        Parallel.ForAsync(0, reps, new ParallelOptions { MaxDegreeOfParallelism = PutsAtATime }, async (i, _) =>
        {
            var assignment = new Assignment { Plan = "wide", From = "2020-01-01" };
            assignment.Quotas.Add("bookings", new Quota { Window = "quarter", Amount = "100000" });
            await silo.CallAsync<Rep, PutRepReply>(
                RepsReflection.Descriptor.Services[0],
                "Put",
                new Rep { Rep_ = Id(i), Name = Id(i), Assignments = { assignment } });
        });

    private static async Task RecordAsync(LoadSilo silo, int reps)
    {
        var method = DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream");
        var last = new Dictionary<int, long>();
        await foreach (var ack in silo.Channel.DuplexAsync<RecordRequest, RecordAck>(method, Events(reps)))
        {
            var at = ack.Recorded?.Position
                ?? throw new InvalidOperationException($"Event {ack.Index} was refused: {ack.Refused}");
            last[at.Shard] = Math.Max(at.Number, last.GetValueOrDefault(at.Shard));
        }

        foreach (var (shard, number) in last)
        {
            await EstimateAsync(silo, 0, new Position { Shard = shard, Number = number });
        }
    }

    private static async IAsyncEnumerable<RecordRequest> Events(int reps)
    {
        for (var i = 0; i < reps * CreditsEach; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"P{i}");
            yield return new RecordRequest
            {
                EventId = id,
                Deal = new Deal
                {
                    Deal_ = id,
                    Credited = "2020-06-15",
                    Status = DealStatus.Won,
                    Amount = new Money { Currency = "USD", Units = 1000 },
                    Owners = { new DealOwner { Rep = Id(i % reps), Share = "100%" } },
                },
            };
        }

        await Task.CompletedTask;
    }

    /// <summary>What queries of payees at random take, sorted.</summary>
    private static async Task<List<TimeSpan>> AskAsync(
        LoadSilo silo, int reps, TimeSpan length, CancellationToken cancellation = default)
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
                    await EstimateAsync(silo, random.Next(reps), after: null);
                    times.Add(TimeProvider.System.GetElapsedTime(start));
                }

                return times;
            },
            CancellationToken.None)));
        return [.. taken.SelectMany(times => times).Order()];
    }

    private static Task<Estimate> EstimateAsync(LoadSilo silo, int rep, Position? after) =>
        silo.CallAsync<GetEstimateRequest, Estimate>(
            EarningsReflection.Descriptor.Services[0],
            "GetEstimate",
            new GetEstimateRequest { Rep = Id(rep), After = after });

    private static async Task CheckAsync(LoadSilo silo, int reps, Rollout rollout)
    {
        for (var i = 0; i < reps; i += Math.Max(1, reps / 100))
        {
            var earned = (await EstimateAsync(silo, i, after: null)).Earned.Units;
            if (rollout.Done != reps || earned != CreditsEach * 1000 * 6 / 100)
            {
                throw new InvalidOperationException($"{rollout.Done} are recomputed, and {Id(i)} earned {earned}.");
            }
        }

        Console.WriteLine("Checked: payees answer by the new version.");
    }

    private static void Print(string what, List<TimeSpan> sorted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-45} {sorted.Count,8} queries   p50 {At(sorted, 50):0.00} ms   p99 {At(sorted, 99):0.00} ms"));

    private static double At(List<TimeSpan> sorted, int percent) =>
        sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)].TotalMilliseconds;

    private static string Line(string what, TimeSpan elapsed) =>
        string.Create(CultureInfo.InvariantCulture, $"{what,-45} {elapsed.TotalSeconds,8:0.00} s");

    private static string Id(int rep) => string.Create(CultureInfo.InvariantCulture, $"p{rep:000000}");
}
