using Commission.Contracts.Grains;
using Commission.Embedded.Simulation;
using Commission.Grains.Tests.Harness;
using Commission.Simulation.Tests.Disk;
using Commission.Simulation.Tests.Model;

namespace Commission.Simulation.Tests.Running;

/// <summary>One company's life, decided by a seed in every detail: what is done, what fails, and who is next.</summary>
internal sealed class Simulation
{
    private static readonly DateTimeOffset Beginning = new(2026, 2, 15, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);
    private const long MostTurns = 20_000_000;
    private readonly int _seed;
    private readonly Random _random;
    private readonly VirtualTimeProvider _clock = new(Beginning);
    private readonly SeededTurnScheduler _scheduler;
    private readonly SimulatedDisk _disk;
    private readonly Trace _trace;
    private readonly Fleet _fleet;
    private readonly Known _known = new();
    private readonly Clients _clients;
    private readonly Company _company;
    private readonly Totals _totals = new();

    public Simulation(int seed, PlantedBug bug = PlantedBug.None)
    {
        _seed = seed;
        _random = new Random(seed);
        _scheduler = new SeededTurnScheduler(_random.NextInt64());
        _trace = new Trace(_clock);
        var faults = new DiskFaults
        {
            Failed = _random.Next(6), Unknown = _random.Next(6), Unreadable = _random.Next(3), Slow = _random.Next(3),
        };
        _disk = new SimulatedDisk(_clock, _random.Next(), faults, bug);
        _fleet = new Fleet(_disk, _clock, _scheduler, new Random(_random.Next()), _trace);
        _clients = new Clients(_fleet, _known, _clock, new Random(_random.Next()), _trace);
        _company = new Company(_random.Next());
    }

    /// <summary>Lives it and audits it.</summary>
    /// <exception cref="SimulationFailure">Something is wrong; the message says what, and the seed.</exception>
    public Totals Run()
    {
        try
        {
            _scheduler.Run(LiveAsync, MoveOn);
            CheckProcesses();
        }
        catch (Exception failure)
        {
            throw new SimulationFailure(
                $"Seed {_seed}: {failure.Message}\nReplay: COMMISSION_SIMULATION_SEED={_seed}\n{_trace}\n"
                + $"Not answered: {string.Join(", ", _clients.Open)}\n"
                + string.Concat(_fleet.All.Select(process => process.StrayedAt))
                + (failure is SimulationFailure ? "" : failure.ToString()));
        }

        return Count();
    }

    private async Task LiveAsync()
    {
        _fleet.Start();
        await PutAllAsync();
        _disk.Faults.Enabled = true;
        for (var rounds = _random.Next(2, 6); rounds > 0; rounds--)
        {
            await LiveRoundAsync();
        }

        await AuditAsync();
        if (_random.Next(2) == 0)
        {
            _fleet.Main.Crash();
        }
        else
        {
            await StopAsync(_fleet.Main);
        }

        await AuditAsync();
        for (var previews = 0; previews < 3; previews++)
        {
            await PreviewThenRecordAsync();
        }

        await AuditAsync();
        _fleet.End();
    }

    private async Task LiveRoundAsync()
    {
        _trace.Add("round");
        var work = Enumerable.Range(0, _random.Next(5, 25))
            .Select(_ => AfterAsync(_random.Next(0, 3000), () => _clients.RecordAsync(_company.NextEvent()))).ToList();
        work.Add(AfterAsync(_random.Next(0, 2000), ChangeAsync));
        work.AddRange(Enumerable.Range(0, 4).Select(_ => AfterAsync(
            _random.Next(0, 4000), () => _clients.ReadAsync(AnyRep()))));
        work.Add(AfterAsync(_random.Next(0, 3000), () => _clients.PreviewAsync(AnyRep(), _company.Deal("p"))));
        work.Add(AfterAsync(_random.Next(0, 3000), DisturbAsync));
        foreach (var one in work)
        {
            await one;
        }

        await _fleet.HealAsync();
        if (_random.Next(3) == 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(_random.Next(1, 1200)), _clock);
        }
    }

    private async Task ChangeAsync()
    {
        for (var changes = _random.Next(4); changes > 0; changes--)
        {
            switch (_random.Next(5))
            {
                case 3 or 4:
                    await _clients.PutRatesAsync(_company.Rates());
                    break;
                case 0:
                    await _clients.PutAsync(_company.Rep(AnyRep()));
                    break;
                case 1:
                    foreach (var territory in _company.Territories().ToList())
                    {
                        await _clients.PutAsync(territory);
                    }

                    break;
                default:
                    await _clients.PublishAsync(_company.Plans[_random.Next(_company.Plans.Count)]
                        .Replace("\"rate\":0.0", "\"rate\":0.1", StringComparison.Ordinal));
                    break;
            }
        }
    }

    private async Task DisturbAsync()
    {
        var main = await _fleet.AnyAsync();
        var what = _random.Next(10);
        _trace.Add($"disturbance {what}");
        switch (what)
        {
            case 0:
                break;
            case 1:
                await DeactivateSomeAsync(main);
                break;
            case 2:
                await _fleet.DeactivateAllAsync();
                break;
            case 3:
                await StopAsync(main);
                break;
            case 4 or 5:
                main.CrashAfter(_random.Next(1, 600));
                break;
            case 6 or 7:
                await SpoilAsync(main);
                break;
            default:
                _fleet.StartSecond();
                (_random.Next(2) == 0 ? main : _fleet.Second!).CrashAfter(_random.Next(0, 1500));
                break;
        }
    }

    private async Task DeactivateSomeAsync(Process process)
    {
        for (var count = _random.Next(1, 12); count > 0 && process.IsAlive; count--)
        {
            var grain = _random.Next(4) switch
            {
                3 => process.Rates,
                0 => (IAddressable)process.Rep(AnyRep()),
                1 => process.Shard(_random.Next(Process.Shards)),
                _ => process.Territory("home"),
            };
            await TryAsync(() => process.AskAsync(async self =>
            {
                await self.Runtime.DeactivateAsync(grain);
                return true;
            }));
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, 300)), _clock);
        }
    }

    /// <summary>A bit flips; who holds the journal has to read it again; after a while someone puts it right.</summary>
    private async Task SpoilAsync(Process process)
    {
        var shard = _random.Next(Process.Shards);
        var account = $"rep/{GrainKeys.Of(Process.Tenant, AnyRep())}";
        var (journal, last) = _random.Next(2) == 0
            ? (SimulatedDisk.JournalOf(shard), await _disk.Durable.ReadHeadAsync(shard, default))
            : (account, (await _disk.Durable.ReadLastAsync(account, default))?.Sequence ?? 0);
        if (last > 0)
        {
            var number = _random.NextInt64(last) + 1;
            _trace.Add($"{journal} is damaged at {number}");
            _disk.Spoil(journal, number);
        }

        // Not after the rest: a shard does not go while somebody waits for credits that cannot be given.
        var restored = AfterAsync(_random.Next(0, 20_000), () =>
        {
            _disk.Restore();
            return Task.CompletedTask;
        });
        await (_random.Next(2) == 0 ? DeactivateSomeAsync(process) : _fleet.DeactivateAllAsync());
        await restored;
    }

    private static Task StopAsync(Process process) => TryAsync(process.StopAsync);

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ProcessLostException)
        {
            // It crashed meanwhile.
        }
    }

    private async Task PutAllAsync()
    {
        foreach (var text in _company.Plans)
        {
            await _clients.PublishAsync(text);
        }

        foreach (var rep in _company.Reps)
        {
            await _clients.PutAsync(_company.Rep(rep));
        }

        foreach (var territory in _company.Territories().ToList())
        {
            await _clients.PutAsync(territory);
        }

        await _clients.PutRatesAsync(_company.Rates());
    }

    private async Task AuditAsync()
    {
        _disk.Faults.Enabled = false;
        await new Drain(_disk, _fleet, _clock, _known.Plans.Keys).RunAsync();
        _trace.Add("audit");
        var log = await LogAudit.CheckAsync(_disk, _known);
        var audit = new Audit(_known, _clients, LogAudit.Standing(log));
        await audit.CheckAsync();
        _totals.Figures += audit.Figures;
    }

    /// <summary>What a deal is said to pay, and then pays, is the same cent; both are the model's.</summary>
    private async Task PreviewThenRecordAsync()
    {
        var request = _company.NextEvent();
        var rep = request.Deal.Owners[0].Rep;
        (request.EventId, request.Version) = ($"previewed-{_known.Events.Count}", 0);
        (request.Deal.Deal_, request.Deal.Status) = (request.EventId, Contracts.V1.DealStatus.Won);
        var preview = (await _clients.PreviewAsync(rep, request.Deal)).Value!;
        await _clients.RecordAsync(request);
        await new Drain(_disk, _fleet, _clock, _known.Plans.Keys).RunAsync();
        var log = await LogAudit.CheckAsync(_disk, _known);
        var audit = new Audit(_known, _clients, LogAudit.Standing(log));
        audit.CheckPreview(_known.Reps[rep], request.Deal, preview);
        _totals.Figures += audit.Figures;
    }

    private void CheckProcesses()
    {
        foreach (var process in _fleet.All)
        {
            if (process.StrayedAt is { } place)
            {
                throw new SimulationFailure($"Process {process.Number} ran on other threads: {place}");
            }

            foreach (var (text, failure) in process.Errors.Errors)
            {
                if (failure is null || !Transient.Is(failure))
                {
                    throw new SimulationFailure($"Process {process.Number} logged: {text} {failure}");
                }
            }
        }
    }

    private bool MoveOn()
    {
        if (_clock.GetUtcNow() > Beginning + Longest || _scheduler.Turns > MostTurns)
        {
            throw new SimulationFailure(
                $"It does not come to an end: {_scheduler.Turns} turns, {_clock.GetUtcNow() - Beginning} passed.");
        }

        return _clock.AdvanceToNextTimer();
    }

    private async Task AfterAsync(int milliseconds, Func<Task> act)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _clock);
        await act();
    }

    private string AnyRep() => _company.Reps[_random.Next(_company.Reps.Count)];

    private Totals Count()
    {
        _totals.Seeds = 1;
        _totals.Events = _known.Positions.Count;
        _totals.Acknowledgements = _known.Acknowledgements;
        _totals.DiskFaults = _disk.Faults.Happened;
        _totals.LostWrites = _disk.Lost;
        _totals.SpoiledRecords = _disk.Spoiled;
        _totals.Processes = _fleet.All.Count;
        _totals.Crashes = _fleet.Crashes;
        _totals.Turns = _scheduler.Turns;
        _totals.Time = _clock.GetUtcNow() - Beginning;
        _totals.Digest = unchecked((_scheduler.Digest * 31) + _trace.Digest);
        return _totals;
    }
}
