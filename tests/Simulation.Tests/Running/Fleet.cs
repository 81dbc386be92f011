using Commission.Embedded.Simulation;
using Commission.Simulation.Tests.Disk;

namespace Commission.Simulation.Tests.Running;

/// <summary>The processes: a main one, started again whenever it is gone, and at times a second.</summary>
internal sealed class Fleet(
    SimulatedDisk disk, VirtualTimeProvider clock, SeededTurnScheduler scheduler, Random random, Trace trace)
{
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Process, string Rep), long> _seenBy = [];
    private bool _ended;

    public Process Main { get; private set; } = null!;

    public Process? Second { get; private set; }

    public List<Process> All { get; } = [];

    public int Crashes { get; set; }

    public void Start()
    {
        Main = NewProcess();
        _ = SuperviseAsync(Main);
    }

    public void StartSecond() => Second = NewProcess();

    /// <summary>One of the two is gone, and the other drops what it held, as when membership heals.</summary>
    public async Task HealAsync()
    {
        if (Second is { } second)
        {
            Second = null;
            if (random.Next(2) == 0 && second.IsAlive && Main.IsAlive)
            {
                (Main, second) = (second, Main);
                _ = SuperviseAsync(Main);
            }

            trace.Add($"process {second.Number} is the second and goes");
            second.Crash();
            await DeactivateAllAsync();
        }
    }

    /// <summary>A process that takes calls; the main one, once it is there again.</summary>
    public async Task<Process> AnyAsync()
    {
        if (Second is { IsAlive: true } second && random.Next(2) == 0)
        {
            return second;
        }

        while (!Main.IsAlive)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 100)), clock);
        }

        return Main;
    }

    /// <summary>Drops every activation of the main process.</summary>
    public async Task DeactivateAllAsync()
    {
        try
        {
            var main = await AnyAsync();
            await main.AskAsync(async process =>
            {
                await process.Runtime.DeactivateAllAsync();
                return true;
            });
        }
        catch (ProcessLostException)
        {
            // Then they are gone too.
        }
    }

    /// <summary>Notes how far a payee's account was seen: nobody who looks again may see less.</summary>
    public void See(Process process, string rep, long sequence)
    {
        var least = _seenBy.GetValueOrDefault((process.Number, rep), Floor(process, rep));
        if (sequence < least)
        {
            throw new SimulationFailure($"{rep} went back from {least} to {sequence} in process {process.Number}.");
        }

        _seenBy[(process.Number, rep)] = sequence;
        _seen[rep] = Math.Max(sequence, _seen.GetValueOrDefault(rep));
    }

    public void End()
    {
        _ended = true;
        Second?.Crash();
        Main.Crash();
    }

    private long Floor(Process process, string rep) => process.Floor.GetValueOrDefault(rep);

    private Process NewProcess()
    {
        var process = new Process(All.Count, disk, clock, scheduler, new(_seen, StringComparer.Ordinal));
        All.Add(process);
        trace.Add($"process {process.Number} starts");
        _ = StartShardsAsync(process);
        return process;
    }

    private async Task SuperviseAsync(Process process)
    {
        await process.Gone.Task;
        if (!_ended && ReferenceEquals(process, Main))
        {
            trace.Add($"process {process.Number} is gone");
            Crashes++;
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 2000)), clock);
            Start();
        }
    }

    private static async Task StartShardsAsync(Process process)
    {
        try
        {
            await process.AskAsync(async self =>
            {
                for (var shard = 0; shard < Process.Shards; shard++)
                {
                    await self.Shard(shard).WaitApplied(0, default);
                }

                return true;
            });
        }
        catch (Exception failure) when (Transient.Is(failure))
        {
            // The first call to a shard starts it as well.
        }
    }
}
