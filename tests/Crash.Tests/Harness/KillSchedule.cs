using System.Diagnostics;
using System.Globalization;

namespace Commission.Crash.Tests.Harness;

/// <summary>
/// Silos that are loaded and killed with SIGKILL at random moments: COMMISSION_CRASHES says how often, and
/// COMMISSION_CRASH_SEED is the first schedule's seed.
/// </summary>
internal sealed class KillSchedule(string kind, ITestOutputHelper output)
{
    private const int CrashesOfOneStore = 50;
    private const int LivesBetweenAudits = 10;

    /// <summary>A new store, and other schedules, after every so many crashes.</summary>
    public async Task RunAsync(Func<Func<IStorePlace, Task>, Task> withStore)
    {
        for (var (left, seed) = (CrashSettings.Crashes, CrashSettings.Seed); left > 0; seed++)
        {
            var (crashes, ofSeed) = (Math.Min(left, CrashesOfOneStore), seed);
            await withStore(store => RunAsync(store, ofSeed, crashes));
            left -= crashes;
        }
    }

    private async Task RunAsync(IStorePlace store, int seed, int crashes)
    {
        var clock = Stopwatch.StartNew();
        var trial = new Trial(store, seed);
        var random = new Random(seed);
        try
        {
            await (await trial.BeginAsync()).DisposeAsync();
            for (var life = 1; life <= crashes; life++)
            {
                await LiveAsync(trial, random);
                if (life % LivesBetweenAudits == 0)
                {
                    await trial.VerifyAsync(isSettled: false);
                    await SettleAsync(trial);
                }
            }

            await SettleAsync(trial);
        }
        finally
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{kind}, seed {seed}: {crashes} crashes, {trial}, {clock.Elapsed.TotalSeconds:F0} s"));
        }
    }

    /// <summary>From a start to SIGKILL: every fourth time before the silo serves, or just then.</summary>
    private static async Task LiveAsync(Trial trial, Random random)
    {
        if (random.Next(4) == 0)
        {
            await using var program = SiloUnderTest.Launch(trial.Store);
            await Task.Delay(random.Next(50, 900));
            await program.KillAsync();
            Assert.Empty(SiloUnderTest.ErrorsOf(program));
            return;
        }

        await using var silo = await SiloUnderTest.StartAsync(trial.Store);
        using var clients = trial.Connect(silo);
        // The first acknowledgement of a process takes a while: some are killed before, most are under full load.
        await clients.UntilAcknowledgedAsync(random.Next(3) == 0 ? 0 : 1);
        await Task.Delay(random.Next(20, 400));
        clients.ExpectTheEnd();
        await silo.Program.KillAsync();
        await clients.StopAsync();
        Assert.Empty(SiloUnderTest.ErrorsOf(silo.Program));
    }

    private static async Task SettleAsync(Trial trial)
    {
        await using (var silo = await SiloUnderTest.StartAsync(trial.Store))
        {
            await trial.SettleAsync(silo);
            await silo.Program.SignalAsync("TERM");
            Assert.Equal((0, ""), await silo.Program.EndAsync());
            Assert.Empty(SiloUnderTest.ErrorsOf(silo.Program));
        }

        await trial.VerifyAsync(isSettled: true);
    }
}
