using System.Text.Json;
using Commission.Contracts.Grains;
using Commission.Simulation.Tests.Disk;

namespace Commission.Simulation.Tests.Running;

/// <summary>Waits until every event is credited, by the rules as they are; nothing may take for ever.</summary>
internal sealed class Drain(SimulatedDisk disk, Fleet fleet, TimeProvider clock, IEnumerable<string> plans)
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public async Task RunAsync()
    {
        var until = clock.GetUtcNow() + Patience;
        for (var shard = 0; shard < Process.Shards; shard++)
        {
            for (var number = 0L; number <= await disk.Durable.ReadHeadAsync(shard, default); number++)
            {
                await WaitAsync($"shard {shard} credits event {number}", until,
                    process => process.Shard(shard).WaitApplied(number, default));
            }

            var patience = clock.GetUtcNow() + TimeSpan.FromMinutes(1);
            await WaitAsync($"shard {shard} credits anew", until, async process =>
            {
                if (clock.GetUtcNow() > patience)
                {
                    // What it could not note as done it does again, and notes it then.
                    await RestartAsync(process, shard);
                }

                return !await IsRecreditingAsync(shard);
            });
        }

        await WaitAsync("rates reach the payees", until, async process =>
        {
            var sequence = (await process.Rates.GetSpread()).Sequence;
            return (await process.Rates.WaitSpread(sequence, default)).Told >= sequence;
        });
        foreach (var plan in plans)
        {
            await WaitAsync($"plan {plan} is rolled out", until, async process =>
                (await process.Plan(plan).WaitRollout(0, default)).Value?.Finished is not null);
        }
    }

    private static async Task RestartAsync(Process process, int shard)
    {
        await process.Runtime.DeactivateAsync(process.Shard(shard));
        await process.Shard(shard).WaitApplied(0, default);
    }

    private async Task WaitAsync(string what, DateTimeOffset until, Func<Process, Task<bool>> isDone)
    {
        for (var done = false; !done;)
        {
            if (clock.GetUtcNow() > until)
            {
                throw new SimulationFailure($"Not within {Patience}: {what}.");
            }

            var process = await fleet.AnyAsync();
            try
            {
                done = await process.AskAsync(isDone);
            }
            catch (Exception failure) when (Transient.Is(failure))
            {
                // Asked again.
            }

            if (!done)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
            }
        }
    }

    private async Task<bool> IsRecreditingAsync(int shard)
    {
        var record = await disk.Visible.ReadStateAsync("shard.cursor", ShardKeys.Of(shard), default);
        if (record is null)
        {
            return false;
        }

        using var cursor = JsonDocument.Parse(record.State);
        return cursor.RootElement.GetProperty("Recrediting").EnumerateObject().Any();
    }
}
