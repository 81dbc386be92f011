using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Calls;
using Commission.Load.Events;
using Commission.Load.Measuring;
using Commission.Load.Processes;

namespace Commission.Load.Watching;

/// <summary>
/// Watchers while events come evenly by the clock: how long after an event is durable those who watch its payee see
/// it. The silo is a process of its own; this one has the watchers, each on a connection of its own, and the source.
/// </summary>
internal sealed class WatchLoad
{
    /// <summary>Events a second that the goals are for.</summary>
    public const int GoalRate = 10_000;

    private const int Runs = 5;
    private const int Shards = 8;
    private const int WarmUpSeconds = 10;
    private const int SlowOneIn = 100;
    private const int OpenAtATime = 50;
    private static readonly TimeSpan SlowPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SiloProcess _silo;
    private readonly PacedSender _sender;
    private readonly List<Watcher> _watchers;
    private readonly Company _company;

    private WatchLoad(SiloProcess silo, PacedSender sender, int watchers, Company company)
    {
        (_silo, _sender, _company) = (silo, sender, company);
        // Where there are more payees than watchers, those who are watched lie evenly among the others.
        var apart = Math.Max(1, company.Payees / watchers);
        _watchers = [.. Enumerable.Range(0, watchers).Select(i => new Watcher(
            Company.Payee(i * apart % company.Payees), silo.Address, Shards,
            i % SlowOneIn == SlowOneIn - 1 ? SlowPause : TimeSpan.Zero))];
    }

    /// <summary>Runs, prints, and checks that each watcher has the last state and no gap without a mark.</summary>
    /// <param name="watchers">How many, of different payees as far as there are.</param>
    /// <param name="reps">Payees; each has the next event in turn.</param>
    /// <param name="rate">Events a second.</param>
    /// <param name="seconds">Of each run.</param>
    public static async Task RunAsync(int watchers, int reps, int rate, int seconds)
    {
        await using var silo = await SiloProcess.StartAsync(null, SiloProcess.Unlimited);
        var company = new Company(silo.Channel, reps);
        await company.PutAsync();
        using var sender = new PacedSender(silo.Address);
        var load = new WatchLoad(silo, sender, watchers, company);
        var before = silo.Usage().Resident;
        using var end = new CancellationTokenSource();
        var following = await load.OpenAsync(end.Token);
        var sheet = new Sheet(rate == GoalRate ? "watch" : $"watch-{rate}");
        sheet.Less("memory of the silo for each watcher", "KiB", (silo.Usage().Resident - before) / 1024d / watchers);
        await load.MeasureAsync("warm", rate, WarmUpSeconds);
        var runs = new List<WatchRun>();
        for (var run = 0; run < Runs; run++)
        {
            runs.Add(await load.MeasureAsync($"W{run}", rate, seconds));
        }

        load._watchers.ForEach(watcher => watcher.Hurry());
        await load.CheckAsync();
        await end.CancelAsync();
        await Task.WhenAll(following);
        runs.ForEach(run => load.Note(sheet, run, rate));
        load.NoteUpdates(sheet);
        sheet.ToReport().Publish();
        load._watchers.ForEach(watcher => watcher.Dispose());
    }

    private async Task<List<Task>> OpenAsync(CancellationToken cancellation)
    {
        var following = new List<Task>();
        foreach (var some in _watchers.Chunk(OpenAtATime))
        {
            following.AddRange(some.Select(watcher => Task.Run(
                () => watcher.FollowAsync(cancellation), CancellationToken.None)));
            await Task.WhenAll(some.Select(watcher => watcher.Opened));
        }

        return following;
    }

    /// <summary>Sends events; returns when all are credited.</summary>
    private async Task<WatchRun> MeasureAsync(string run, int rate, int seconds)
    {
        var (silo, own) = (_silo.Usage().Processor, Environment.CpuUsage.TotalTime);
        var events = new PacedEvents(rate * seconds, rate, i => Company.Event(run, i, i % _company.Payees));
        await _sender.SendAsync(events);
        var took = TimeProvider.System.GetElapsedTime(events.Start);
        var used = (Silo: (_silo.Usage().Processor - silo) / took, Own: (Environment.CpuUsage.TotalTime - own) / took);
        await Task.WhenAll(events.Last.Select(last => _company.EstimateAsync(0, last)));
        return new WatchRun(events, _company.Payees, used.Silo, used.Own, TimeProvider.System.GetTimestamp());
    }

    /// <summary>Waits until all watchers have what the payees' estimates are, and looks for gaps.</summary>
    private async Task CheckAsync()
    {
        var estimates = new Dictionary<string, Estimate>(StringComparer.Ordinal);
        foreach (var rep in _watchers.Select(watcher => watcher.Rep).Distinct(StringComparer.Ordinal))
        {
            estimates[rep] = await _company.CallAsync<GetEstimateRequest, Estimate>(
                EarningsReflection.Descriptor, "GetEstimate", new GetEstimateRequest { Rep = rep });
        }

        var start = TimeProvider.System.GetTimestamp();
        while (_watchers.Find(watcher => !estimates[watcher.Rep].Equals(watcher.Last.Estimate)) is { } behind)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException($"A watcher of {behind.Rep} has {behind.Last}, "
                    + $"not {estimates[behind.Rep]}.");
            }

            await Task.Delay(10);
        }

        var gaps = _watchers.Sum(watcher => watcher.Gaps);
        Console.WriteLine(gaps == 0
            ? "Checked: every watcher has the last state of its payee, and no gap was left unmarked."
            : throw new InvalidOperationException($"{gaps} gaps were not marked."));
    }

    private void Note(Sheet sheet, WatchRun run, int rate)
    {
        var quick = _watchers.Where(watcher => !watcher.IsSlow)
            .ToLookup(watcher => watcher.Rep, StringComparer.Ordinal);
        sheet.More($"events acknowledged, of {rate} a second that were due", "/s", run.Events.Rate, goal: 0.99 * rate);
        Times(sheet, "sent too late by", run.Events.Lateness());
        Times(sheet, "due → acknowledged (durable)", run.Events.Acknowledgements());
        Times(sheet, "acknowledged → seen by a watcher", run.SinceAcknowledged(quick), (5, 50));
        Times(sheet, "credit recorded → seen by a watcher", run.SinceRecorded(quick), (5, 50));
        Times(sheet, "due → seen by a watcher", run.SinceDue(quick));
        sheet.Less("processors of the silo", "", run.Silo);
        sheet.Less("processors of watchers and source", "", run.Own);
    }

    private void NoteUpdates(Sheet sheet)
    {
        foreach (var watchers in _watchers.ToLookup(watcher => watcher.IsSlow))
        {
            var (shown, conflated) = (watchers.Sum(one => (long)one.Sights.Count), watchers.Sum(one => one.Conflated));
            sheet.Less(
                watchers.Key ? "changes conflated for the slow" : "changes conflated for the others", "%",
                100d * conflated / Math.Max(1, shown + conflated));
        }

        sheet.Less("memory of the silo, at most", "MiB", _silo.Usage().Peak / 1024d / 1024);
    }

    private static void Times(Sheet sheet, string what, Latencies times, (double P50, double P99)? goals = null)
    {
        sheet.Less($"{what}, p50", "ms", times.Milliseconds(0.5), goals?.P50);
        sheet.Less($"{what}, p99", "ms", times.Milliseconds(0.99), goals?.P99);
    }
}
