using Commission.Crash.Tests.Harness;

namespace Commission.Crash.Tests;

/// <summary>A silo whose disk is full for a while.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int Megabyte = 1 << 20;
    private static readonly int[] Leaves = [0, 4 << 10, 16 << 10, 64 << 10, 256 << 10];

    [Fact]
    public async Task Disk_FullUnderLoad_RefusesWritesAnswersQueriesAndGoesOn()
    {
        await using var disk = await SmallDisk.MountAsync(128);
        var trial = new Trial(disk.Place, CrashSettings.Seed);
        await using (var silo = await trial.BeginAsync())
        {
            // A payee whose documents have changed answers again when that is on disk.
            using var clients = trial.Connect(silo, changingDocuments: false);
            await FillUntilAllFailedAsync(trial, disk, silo, clients);
            await trial.Documents.ChangeAsync(silo.Api);
            await clients.StopAsync();
            SaysWhy(clients);
            await trial.SettleAsync(silo);
            await StopAsync(silo);
        }

        await trial.VerifyAsync(isSettled: true);
        output.WriteLine($"Disk full: {trial}");
    }

    [Fact]
    public async Task Silo_KilledOnAFullDisk_StartsOnItAndLosesNothing()
    {
        await using var disk = await SmallDisk.MountAsync(128);
        var trial = new Trial(disk.Place, CrashSettings.Seed + 1);
        await using (var silo = await trial.BeginAsync())
        {
            using var clients = trial.Connect(silo, changingDocuments: false);
            await clients.UntilAcknowledgedAsync(200);
            disk.Fill(leave: 0);
            await clients.UntilRefusedAsync(10);
            clients.ExpectTheEnd();
            await silo.Program.KillAsync();
            await clients.StopAsync();
        }

        await trial.VerifyAsync(isSettled: false);
        await using (var silo = await SiloUnderTest.StartAsync(disk.Place))
        {
            await AnswersAsync(trial, silo);
            using var clients = trial.Connect(silo);
            await clients.UntilRefusedAsync(10);
            disk.Free();
            await clients.UntilAcknowledgedAsync(100);
            await clients.StopAsync();
            await trial.SettleAsync(silo);
            await StopAsync(silo);
        }

        await trial.VerifyAsync(isSettled: true);
    }

    [Fact]
    public async Task Disk_FullDuringACheckpoint_LosesNothingAndGoesOn()
    {
        await using var disk = await SmallDisk.MountAsync(128);
        var trial = new Trial(disk.Place, CrashSettings.Seed + 2);
        await using (var silo = await trial.BeginAsync())
        {
            using var clients = trial.Connect(silo);
            await FillUntilCopyingFailsAsync(disk, silo, clients);
            disk.Free();
            await clients.UntilAcknowledgedAsync(200);
            await clients.StopAsync();
            await trial.SettleAsync(silo);
            await StopAsync(silo);
        }

        await trial.VerifyAsync(isSettled: true);
    }

    /// <summary>
    /// Leaves room for the rest of the write-ahead log, bit by bit, and too little for what is copied from it into the
    /// file when it is long enough.
    /// </summary>
    private static async Task FillUntilCopyingFailsAsync(SmallDisk disk, SiloUnderTest silo, Clients clients)
    {
        var log = new FileInfo(disk.Place.File + "-wal");
        for (; log.Length < 28 * Megabyte; log.Refresh())
        {
            await clients.UntilAcknowledgedAsync(20);
        }

        disk.Fill(leave: 0);
        while (!silo.Program.Output.Contains("Copying the write-ahead log", StringComparison.Ordinal))
        {
            log.Refresh();
            // It is copied from 32 MiB on, and grows meanwhile, the more the busier the machine is.
            Assert.InRange(log.Length, 0, 64 * Megabyte);
            await clients.UntilRefusedAsync(3);
            disk.Release(Megabyte / 4);
        }
    }

    /// <summary>Fills the disk and frees it, until an append to the log and one to the ledger have failed.</summary>
    private static async Task FillUntilAllFailedAsync(
        Trial trial, SmallDisk disk, SiloUnderTest silo, Clients clients)
    {
        for (var round = 0; round < Leaves.Length || !HasFailedToCredit(silo); round++)
        {
            Assert.True(round < 50, "No append to the ledger failed.");
            await clients.UntilAcknowledgedAsync(100);
            disk.Fill(Leaves[round % Leaves.Length]);
            await clients.UntilRefusedAsync(20);
            await AnswersAsync(trial, silo);
            disk.Free();
        }

        await clients.UntilAcknowledgedAsync(200);
    }

    private static async Task AnswersAsync(Trial trial, SiloUnderTest silo)
    {
        foreach (var rep in trial.Books.Reps.Keys)
        {
            await silo.EstimateOrNoneAsync(rep, "2026-12-31");
        }

        await silo.TerritoryAsync("all", "2026-12-31");
    }

    private static bool HasFailedToCredit(SiloUnderTest silo) =>
        silo.Program.Output.Contains("Crediting deal", StringComparison.Ordinal);

    /// <summary>Every refusal was one that says why, and that the same may be sent again.</summary>
    private static void SaysWhy(Clients clients) => Assert.All(clients.Outages, outage =>
    {
        Assert.Contains("full", outage.Message, StringComparison.Ordinal);
        Assert.Equal(outage.IsInStream ? "STORE_UNAVAILABLE" : "Unavailable", outage.Status);
        Assert.True(outage.IsInStream || outage.HasRetryInfo);
    });

    private static async Task StopAsync(SiloUnderTest silo)
    {
        await silo.Program.SignalAsync("TERM");
        Assert.Equal((0, ""), await silo.Program.EndAsync());
    }
}
