using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Storage;

namespace Commission.Load.Recovery;

/// <summary>
/// A silo that starts on a log without cursor: how long until every event is known to be credited. Once with every
/// event credited before, and once with none.
/// </summary>
internal static class RecoverSilo
{
    private const int Shards = 8;

    /// <summary>Prepares, measures, checks, and prints; <paramref name="scenario"/> is "credited" or "logged".
    /// </summary>
    public static async Task RunAsync(int events, int reps, string scenario)
    {
        var folder = Directory.CreateTempSubdirectory("commission-recover").FullName;
        try
        {
            var start = TimeProvider.System.GetTimestamp();
            var company = new RecoveryCompany(reps);
            await using (var store = await PreparedStore.OpenAsync(folder, company))
            {
                await store.PutDocumentsAsync();
                await store.RecordAsync(events, credited: scenario == "credited");
            }

            var took = TimeProvider.System.GetElapsedTime(start);
            Print($"{events} events of {reps} payees, {scenario}: prepared in {took.TotalSeconds:0.0} s");
            await MeasureAsync(folder, company, events);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, RecoveryCompany company, int events)
    {
        await using var silo = await RecoveringSilo.BuildAsync(folder);
        var before = silo.PeakBytes;
        var allocated = GC.GetTotalAllocatedBytes();
        var processor = Environment.CpuUsage.TotalTime;
        var paused = GC.GetTotalPauseDuration();
        var start = TimeProvider.System.GetTimestamp();
        await silo.StartAsync();
        Print($"serves after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
        var answered = AnswerAsync(silo, start);
        await CurrentAsync(silo);
        var took = TimeProvider.System.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        paused = GC.GetTotalPauseDuration() - paused;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Print($"current after {took.TotalSeconds:0.0} s ({events / took.TotalSeconds:0} events/s), "
            + $"{processor.TotalSeconds:0.0} s of processors, {paused.TotalSeconds:0.0} s paused to collect garbage");
        Print($"{allocated / events} B allocated an event, resident {before >> 20} MiB before, "
            + $"at most {silo.PeakBytes >> 20} MiB");
        Print($"at most {silo.PeakActivations} activations, "
            + $"{GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB live after");
        await answered;
        await CheckAsync(silo, company, events);
    }

    /// <summary>Every shard has credited all of its log.</summary>
    private static async Task CurrentAsync(RecoveringSilo silo) =>
        await Task.WhenAll(Enumerable.Range(0, Shards).Select(async shard =>
        {
            var grain = silo.Grains.GetGrain<IShardGrain>(ShardKeys.Of(shard));
            var head = await silo.Get<IDealLog>().ReadHeadAsync(shard, CancellationToken.None);
            // A number that is not under way counts as credited, so all that may be are asked for.
            for (var number = Math.Max(1, head - 20_000); number <= head; number++)
            {
                await grain.WaitApplied(number, CancellationToken.None);
            }
        }));

    /// <summary>Questions to a payee are answered while the log is replayed.</summary>
    private static async Task AnswerAsync(RecoveringSilo silo, long start)
    {
        var answer = await silo.Grains.GetGrain<IRepGrain>(GrainKeys.Of(RecoveryCompany.Tenant, "boss-0"))
            .GetEstimate(null);
        var how = answer.IsValue ? "with a figure" : "refused";
        var took = TimeProvider.System.GetElapsedTime(start);
        Print($"a first question is answered after {took.TotalSeconds:0.0} s, {how}");
    }

    private static async Task CheckAsync(RecoveringSilo silo, RecoveryCompany company, int events)
    {
        var assignment = RecoveryCompany.Assignment();
        var reps = company.Reps.ToList();
        var sample = reps.Where((_, i) => i % Math.Max(1, reps.Count / 100) == 0).Append(reps[^1])
            .ToHashSet(StringComparer.Ordinal);
        var credits = sample.ToDictionary(rep => rep, _ => new List<DealCredit>(), StringComparer.Ordinal);
        for (var i = 0; i < events; i++)
        {
            credits.GetValueOrDefault(company.RepOf(i))?.Add(RecoveryCompany.EngineCredit(i, ofManager: false));
            credits.GetValueOrDefault(company.ManagerOf(i))?.Add(RecoveryCompany.EngineCredit(i, ofManager: true));
        }

        foreach (var rep in sample)
        {
            var grain = silo.Grains.GetGrain<IRepGrain>(GrainKeys.Of(RecoveryCompany.Tenant, rep));
            ExpectedRep.Of(assignment, credits[rep]).Check((await grain.GetEstimate(null)).Value!);
        }

        await CheckTerritoriesAsync(silo, events);
        Print($"checked: {sample.Count} payees equal the engine's evaluation, every territory its plain sum");
    }

    private static async Task CheckTerritoriesAsync(RecoveringSilo silo, int events)
    {
        var sums = new Dictionary<string, (long Deals, decimal Amount)>(StringComparer.Ordinal);
        for (var i = 0; i < events; i++)
        {
            foreach (var id in (string[])[RecoveryCompany.RegionOf(i), RecoveryCompany.GroupOf(i)])
            {
                var (deals, amount) = sums.GetValueOrDefault(id);
                sums[id] = (deals + 1, amount + RecoveryCompany.Amount(i));
            }
        }

        foreach (var (id, (deals, amount)) in sums)
        {
            var grain = silo.Grains.GetGrain<ITerritoryGrain>(GrainKeys.Of(RecoveryCompany.Tenant, id));
            var all = (await grain.Get(null)).Value!.All;
            var found = all.Credited[0].Units + (all.Credited[0].Nanos / 1_000_000_000m);
            if (all.Deals != deals || found != amount)
            {
                throw new InvalidOperationException($"{id}: {deals} deals of {amount}, the silo says {all}.");
            }
        }
    }

    private static void Print(string line) => Console.WriteLine(line);
}
