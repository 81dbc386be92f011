using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Commission.Load.Recovery;
using Commission.Storage;
using Commission.Verification;

namespace Commission.Load.Verifying;

/// <summary>
/// What <c>commission verify --store</c> takes to evaluate a store from nothing, beside reading the same rows: all
/// documents, states, events and records of accounts, by the store's own reader, which verifies their checksums; not
/// decoded, not kept.
/// </summary>
internal static class VerifyLoad
{
    private const int Pairs = 5;
    private const int CreditsOfEvent = 2;
    private const int FewCredits = 400;
    private const int FewPayees = 20;

    /// <summary>Prepares, measures, checks, and prints.</summary>
    /// <param name="credits">Two for each event: its owner's, and the owner's manager's.</param>
    /// <param name="payees">How many own deals; their managers come on top.</param>
    public static async Task RunAsync(int credits, int payees)
    {
        await CheckThatDamageIsSeenAsync();
        var folder = Directory.CreateTempSubdirectory("commission-verify").FullName;
        try
        {
            var company = new RecoveryCompany(payees);
            var store = await PrepareAsync(folder, company, credits / CreditsOfEvent);
            var sheet = new Sheet("verify");
            for (var pair = 0; pair < Pairs; pair++)
            {
                await MeasureAsync(sheet, store, company, credits / CreditsOfEvent);
            }

            sheet.Ratio("time to verify of the time to read", "verify: time", "read: time", 2);
            sheet.ToReport().Publish();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Sheet sheet, string store, RecoveryCompany company, int events)
    {
        var rows = await MeasureAsync(sheet, "read", events, () => ReadAsync(store));
        sheet.More("read: rows", "/s", rows.Value / rows.Took.TotalSeconds);
        var verified = await MeasureAsync(sheet, "verify", events, () => VerifyAsync(store));
        sheet.More("verify: credits", "/s", verified.Value.Credits / verified.Took.TotalSeconds);
        CheckClean(verified.Value, company, events);
    }

    private static async Task<(T Value, TimeSpan Took)> MeasureAsync<T>(
        Sheet sheet, string name, int events, Func<Task<T>> run)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (allocated, processor) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
        var start = TimeProvider.System.GetTimestamp();
        var value = await run();
        var took = TimeProvider.System.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        sheet.Less($"{name}: time", "s", took.TotalSeconds);
        sheet.Less($"{name}: time of processors", "s", processor.TotalSeconds);
        sheet.Less($"{name}: allocated for each credit", "B", (double)allocated / (events * CreditsOfEvent));
        return (value, took);
    }

    /// <summary>How many rows there are.</summary>
    private static Task<long> ReadAsync(string store) => StoreUpkeep.ReadAsync(
        store,
        reading => reading.Documents().LongCount() + reading.States().LongCount() + reading.Events().LongCount()
            + reading.Entries().LongCount(),
        CancellationToken.None);

    private static Task<VerifySummary> VerifyAsync(string store) =>
        StoreVerification.RunAsync(store, mostDifferences: 1, static _ => { }, CancellationToken.None);

    /// <summary>The store's file.</summary>
    private static async Task<string> PrepareAsync(
        string folder, RecoveryCompany company, int events, bool isDamaged = false)
    {
        await using var store = await PreparedStore.OpenAsync(folder, company);
        await store.PutDocumentsAsync();
        await store.RecordAsync(events, credited: true);
        await store.NoteCursorsAsync();
        if (isDamaged)
        {
            await store.MiscreditAsync(events);
        }

        return Path.Combine(folder, "commission.db");
    }

    private static void CheckClean(VerifySummary found, RecoveryCompany company, int events)
    {
        var wanted = (Events: (long)events, Credits: (long)events * CreditsOfEvent, Payees: company.Reps.LongCount());
        if (found.Differences + found.PendingDeals + found.PendingEvents > 0
            || (found.Events, found.Credits, found.Payees) != wanted
            || found.Statements < wanted.Payees)
        {
            throw new InvalidOperationException($"Not clean, or not {wanted}: {found}");
        }
    }

    /// <summary>A verification that finds nothing in a store with one credit too many measures nothing.</summary>
    private static async Task CheckThatDamageIsSeenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("commission-verify").FullName;
        try
        {
            var store = await PrepareAsync(
                folder, new RecoveryCompany(FewPayees), FewCredits / CreditsOfEvent, isDamaged: true);
            var found = await VerifyAsync(store);
            if (found.Differences == 0)
            {
                throw new InvalidOperationException($"A credit without event was not noticed: {found}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
