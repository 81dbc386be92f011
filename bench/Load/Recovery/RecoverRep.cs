using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Grains;
using Commission.Storage;
using Estimate = Commission.Contracts.V1.Estimate;

namespace Commission.Load.Recovery;

/// <summary>One payee with many credits: how long the first question takes that activates it.</summary>
internal static class RecoverRep
{
    private const string Id = "rep-0";
    private const int Rounds = 7;

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

            Console.WriteLine("Without snapshot:");
            await MeasureAsync(folder, credits, rounds: 1);
            Console.WriteLine("With snapshot, in a new silo:");
            await MeasureAsync(folder, credits, Rounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, int credits, int rounds)
    {
        await using var silo = await RecoveringSilo.BuildAsync(folder);
        await silo.StartAsync();
        var rep = silo.Grains.GetGrain<IRepGrain>(GrainKeys.Of(RecoveryCompany.Tenant, Id));
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var processor = Environment.CpuUsage.TotalTime;
            var start = TimeProvider.System.GetTimestamp();
            var estimate = (await rep.GetEstimate(null)).Value!;
            var took = TimeProvider.System.GetElapsedTime(start);
            times.Add(took.TotalMilliseconds);
            processor = Environment.CpuUsage.TotalTime - processor;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            var live = GC.GetTotalMemory(forceFullCollection: true);
            Check(estimate, credits);
            await silo.Grains.DeactivateAsync(rep);
            live -= GC.GetTotalMemory(forceFullCollection: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"activation {round}: {took.TotalMilliseconds,7:0.0} ms, "
                + $"{processor.TotalMilliseconds,7:0.0} ms of processors, "
                + $"{allocated >> 20} MiB allocated, {live >> 20} MiB live, peak {silo.PeakBytes >> 20} MiB resident"));
        }

        await SnapshotAsync(silo, rep, credits);
        if (rounds == 1)
        {
            return;
        }

        times = [.. times.Skip(1).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"least {times[0]:0.0} ms, median {times[times.Count / 2]:0.0} ms (without the first)"));
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
