using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Grains;
using Commission.Load.Measuring;
using Commission.Storage;
using Estimate = Commission.Contracts.V1.Estimate;

namespace Commission.Load.Recovery;

/// <summary>One payee with many credits: how long the first question takes that activates it.</summary>
internal static class RecoverRep
{
    private const string Id = "rep-0";
    private const int Runs = 5;

    /// <summary>Prepares, measures, checks, and prints.</summary>
    public static async Task RunAsync(int credits)
    {
        var folder = Directory.CreateTempSubdirectory("commission-recover").FullName;
        try
        {
            await using (var store = await PreparedStore.OpenAsync(folder, new RecoveryCompany(1)))
            {
                await store.PutDocumentsAsync();
                await store.CreditAsync(Id, credits);
            }

            var sheet = new Sheet("recover-rep");
            await MeasureAsync(sheet, "without snapshot", folder, credits, (Warm: 0, Runs: 1));
            await MeasureAsync(sheet, "with snapshot", folder, credits, (Warm: 1, Runs));
            Console.WriteLine("Checked: each answer is the engine's. Without snapshot there is one run, and no other "
                + "before it: it is the silo's first question, and makes the snapshot.");
            sheet.ToReport().Publish();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(
        Sheet sheet, string what, string folder, int credits, (int Warm, int Runs) rounds)
    {
        await using var silo = await RecoveringSilo.BuildAsync(folder);
        await silo.StartAsync();
        var rep = silo.Grains.GetGrain<IRepGrain>(GrainKeys.Of(RecoveryCompany.Tenant, Id));
        for (var round = 0; round < rounds.Warm + rounds.Runs; round++)
        {
            var found = await ActivateAsync(silo, rep, credits);
            if (round >= rounds.Warm)
            {
                sheet.Less($"{what}: first answer", "ms", found.Took.TotalMilliseconds);
                sheet.Less($"{what}: processor time", "ms", found.Used.TotalMilliseconds);
                sheet.Less($"{what}: allocated", "MiB", found.Allocated / 1024d / 1024);
                sheet.Less($"{what}: memory of a credit", "B", found.Live / (double)credits);
            }
        }

        await SnapshotAsync(silo, rep, credits);
    }

    /// <summary>Activates the payee by a question, checks the answer, and deactivates it.</summary>
    private static async Task<(TimeSpan Took, TimeSpan Used, long Allocated, long Live)> ActivateAsync(
        RecoveringSilo silo, IRepGrain rep, int credits)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var used = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        var estimate = (await rep.GetEstimate(null)).Value!;
        var took = TimeProvider.System.GetElapsedTime(start);
        used = Environment.CpuUsage.TotalTime - used;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Check(estimate, credits);
        var live = GC.GetTotalMemory(forceFullCollection: true);
        await silo.Grains.DeactivateAsync(rep);
        return (took, used, allocated, live - GC.GetTotalMemory(forceFullCollection: true));
    }

    /// <summary>Returns when the snapshot is written.</summary>
    private static async Task SnapshotAsync(RecoveringSilo silo, IRepGrain rep, int credits)
    {
        await rep.GetEstimate(null);
        var pieces = credits / silo.Get<GrainSettings>().SnapshotRecords;
        var key = $"rep/{RecoveryCompany.Tenant}/{Id}#{(pieces - 1).ToString(CultureInfo.InvariantCulture)}";
        while (pieces > 0
            && await silo.Get<IGrainStateStore>().ReadStateAsync("account-snapshot", key, default) is null)
        {
            await Task.Delay(20);
        }
    }

    private static void Check(Estimate estimate, int credits)
    {
        var wanted = ExpectedRep.Of(RecoveryCompany.Assignment(), Enumerable.Range(0, credits)
            .Select(i => RecoveryCompany.EngineCredit(i, ofManager: false)));
        wanted.Check(estimate);
    }
}
