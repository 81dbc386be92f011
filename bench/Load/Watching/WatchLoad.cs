using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Processes;

namespace Commission.Load.Watching;

/// <summary>
/// Many watchers while events come at a fixed rate: how long after an event is durable those who watch its payee see
/// it. The silo is a process of its own; this one has the watchers, each on a connection of its own, and the source.
/// </summary>
internal sealed class WatchLoad
{
    private const int Shards = 8;
    private const int WarmUpSeconds = 20;
    private const int SlowOneIn = 100;
    private const int OpenAtATime = 50;
    private static readonly TimeSpan SlowPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SiloProcess _silo;
    private readonly Source _source;
    private readonly List<Watcher> _watchers;
    private readonly Company _company;

    private WatchLoad(SiloProcess silo, int watchers, Company company, Source source)
    {
        (_silo, _company, _source) = (silo, company, source);
        _watchers = [.. Enumerable.Range(0, watchers).Select(i => new Watcher(
            Company.Payee(i % company.Payees), silo.Address, Shards,
            i % SlowOneIn == SlowOneIn - 1 ? SlowPause : TimeSpan.Zero))];
    }

    /// <summary>Runs, prints, and checks that each watcher has the last state and no gap without a mark.</summary>
    public static async Task RunAsync(int watchers, int reps, int rate, int seconds)
    {
        await using var silo = await SiloProcess.StartAsync();
        var company = new Company(silo.Channel, reps);
        var source = new Source(company, rate, rate * (WarmUpSeconds + seconds), rate * WarmUpSeconds);
        await company.PutAsync();
        var load = new WatchLoad(silo, watchers, company, source);
        using var end = new CancellationTokenSource();
        var before = silo.Usage();
        var following = await load.OpenAsync(end.Token);
        Print($"{watchers} watchers of {reps} payees, each on a connection of its own, "
            + $"{load._watchers.Count(watcher => watcher.IsSlow)} of them slow; {rate} events a second for {seconds} s "
            + $"after {WarmUpSeconds} s of warm-up");
        Print($"silo: resident {before.Resident >> 20} MiB before the watches, {silo.Usage().Resident >> 20} MiB with");
        await load.MeasureAsync();
        load._watchers.ForEach(watcher => watcher.Hurry());
        await load.CheckAsync();
        await end.CancelAsync();
        await Task.WhenAll(following);
        load.Report();
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

    private async Task MeasureAsync()
    {
        var (silo, own, start) = (_silo.Usage(), Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
        await _source.RunAsync();
        var took = TimeProvider.System.GetElapsedTime(start);
        var after = _silo.Usage();
        Print($"events: {_source.Count} in {took.TotalSeconds:0.0} s, {_source.Count / took.TotalSeconds:0} a second");
        Print($"silo: {(after.Processor - silo.Processor) / took:0.00} processors, "
            + $"resident {after.Resident >> 20} MiB, at most {after.Peak >> 20} MiB; watchers and source: "
            + $"{(Environment.CpuUsage.TotalTime - own) / took:0.00} processors");
    }

    /// <summary>Waits until all watchers have what the payees' estimates are, and looks for gaps.</summary>
    private async Task CheckAsync()
    {
        var estimates = new Dictionary<string, Estimate>(StringComparer.Ordinal);
        for (var payee = 0; payee < _company.Payees; payee++)
        {
            foreach (var last in _source.Last)
            {
                estimates[Company.Payee(payee)] = await _company.EstimateAsync(payee, last);
            }
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
        Print(gaps == 0
            ? "Checked: every watcher has the last state of its payee, and no gap was left unmarked."
            : throw new InvalidOperationException($"{gaps} gaps were not marked."));
    }

    private void Report()
    {
        var quick = _watchers.Where(watcher => !watcher.IsSlow).ToList();
        PrintUpdates("updates", quick);
        PrintUpdates("updates of the slow", [.. _watchers.Where(watcher => watcher.IsSlow)]);
        PrintTimes("sent → acknowledged (durable)", _source.Acknowledgements());
        PrintTimes("acknowledged → seen by a watcher", _source.Sights(quick, sinceSent: false));
        PrintTimes("sent → seen by a watcher", _source.Sights(quick, sinceSent: true));
        PrintTimes("state recorded → seen", [.. quick.SelectMany(watcher => watcher.Sights)
            .Where(sight => sight.At >= _source.MeasuredFrom).Select(sight => sight.Age)]);
    }

    private static void PrintUpdates(string what, List<Watcher> watchers)
    {
        var (shown, conflated) = (watchers.Sum(one => (long)one.Sights.Count), watchers.Sum(one => one.Conflated));
        Print($"{what,-34} {shown,9}, {conflated} changes conflated into them "
            + $"({100m * conflated / Math.Max(1, shown + conflated):0.0} %)");
    }

    private static void PrintTimes(string what, List<TimeSpan> times)
    {
        times.Sort();
        Print($"{what,-34} {times.Count,9}   p50 {At(times, 50):0.0} ms   p99 {At(times, 99):0.0} ms   "
            + $"max {At(times, 100):0.0} ms");
    }

    private static double At(List<TimeSpan> sorted, int percent) =>
        sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)].TotalMilliseconds;

    private static void Print(FormattableString line) =>
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
