using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Load.Measuring;
using Commission.Storage;

namespace Commission.Load.Recovery;

/// <summary>
/// A silo that starts on a log without cursor: how long until every event is known to be credited. Once with every
/// event credited before, and once with none.
/// </summary>
internal static class RecoverSilo
{
    private const int Shards = 8;

    /// <summary>Prepares a store, measures so many times on a copy of it, checks, and prints.</summary>
    /// <param name="events">Of the log.</param>
    /// <param name="reps">Payees.</param>
    /// <param name="scenario">What is in the accounts: "credited" (all) or "logged" (nothing).</param>
    /// <param name="runs">At least 1.</param>
    public static async Task RunAsync(int events, int reps, string scenario, int runs)
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
            var sheet = new Sheet($"recover-silo-{scenario}");
            for (var run = 0; run < runs; run++)
            {
                await MeasureCopyAsync(sheet, folder, company, events);
            }

            Print($"{runs} runs, each of a new silo on its own copy of the store.");
            sheet.ToReport().Publish();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureCopyAsync(Sheet sheet, string folder, RecoveryCompany company, int events)
    {
        var copy = Directory.CreateTempSubdirectory("commission-recover").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            await MeasureAsync(sheet, copy, company, events);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static async Task MeasureAsync(Sheet sheet, string folder, RecoveryCompany company, int events)
    {
        await using var silo = await RecoveringSilo.BuildAsync(folder);
        var before = (Allocated: GC.GetTotalAllocatedBytes(), Used: Environment.CpuUsage.TotalTime,
            Paused: GC.GetTotalPauseDuration());
        var start = TimeProvider.System.GetTimestamp();
        await silo.StartAsync();
        sheet.Less("serves after", "s", TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        var answered = AnswerAsync(silo, start);
        await CurrentAsync(silo);
        var took = TimeProvider.System.GetElapsedTime(start);
        sheet.Less("a first question is answered after", "s", (await answered).TotalSeconds);
        sheet.Less("current after", "s", took.TotalSeconds);
        sheet.More("events", "/s", events / took.TotalSeconds);
        sheet.Less("processor time", "s", (Environment.CpuUsage.TotalTime - before.Used).TotalSeconds);
        sheet.Less("paused to collect garbage", "s", (GC.GetTotalPauseDuration() - before.Paused).TotalSeconds);
        sheet.Less("allocated by an event", "B", (GC.GetTotalAllocatedBytes() - before.Allocated) / (double)events);
        sheet.Less("resident at most", "MiB", silo.PeakBytes / 1024d / 1024);
        sheet.Less("activations at most", "", silo.PeakActivations);
        sheet.Less("live after", "MiB", GC.GetTotalMemory(forceFullCollection: true) / 1024d / 1024);
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

    /// <summary>Questions to a payee are answered while the log is replayed: after how long the first one.</summary>
    private static async Task<TimeSpan> AnswerAsync(RecoveringSilo silo, long start)
    {
        var answer = await silo.Grains.GetGrain<IRepGrain>(GrainKeys.Of(RecoveryCompany.Tenant, "boss-0"))
            .GetEstimate(null);
        Print($"The first question is answered {(answer.IsValue ? "with a figure" : "by a refusal")}.");
        return TimeProvider.System.GetElapsedTime(start);
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
