using System.Collections.Concurrent;
using Commission.Contracts.Grains;
using Commission.Storage;

namespace Commission.Verification;

/// <summary>Compares every payee and territory of a tenant once; those that change meanwhile again, a few times.
/// </summary>
internal sealed class LiveRun(
    string tenant, LiveReading reading, ILedger ledger, IGrainFactory grains, Findings findings, TimeProvider time)
{
    private const int MostRounds = 5;
    private const int ProgressPeriod = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private ExpectedAccounts _expected = null!;
    private int _done;

    /// <summary>Does it, and reports the summary.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await CatchUpAsync(cancellation);
        var payees = KeysOf(reading.Documents.Reps, _expected.Payees);
        var territories = KeysOf(reading.Documents.Territories, _expected.Territories);
        var (payeesLeft, territoriesLeft) = (payees, territories);
        for (var round = 1; round <= MostRounds && payeesLeft.Count + territoriesLeft.Count > 0; round++)
        {
            if (round > 1)
            {
                await Task.Delay(Pause * round, time, cancellation);
                await CatchUpAsync(cancellation);
            }

            payeesLeft = await EachAsync("payees", payeesLeft, CheckPayeeAsync, cancellation);
            territoriesLeft = await EachAsync("territories", territoriesLeft, CheckTerritoryAsync, cancellation);
        }

        findings.Complete(summary =>
        {
            var deals = reading.Deals;
            (summary.Events, summary.Deals, summary.Credits) = (deals.Events, deals.All.Count, _expected.Credits);
            (summary.Payees, summary.Territories) = (payees.Count, territories.Count);
            summary.Busy = payeesLeft.Count + territoriesLeft.Count;
        });
    }

    private async Task CatchUpAsync(CancellationToken cancellation)
    {
        await reading.CatchUpAsync(cancellation);
        _expected = new ExpectedAccounts(reading.Deals.All);
    }

    private List<string> KeysOf(IEnumerable<string> ids, IEnumerable<string> keys) =>
        [.. ids.Select(id => GrainKeys.Of(tenant, id)).Union(keys, StringComparer.Ordinal)];

    /// <summary>Checks each; returns those of which nothing can be said yet.</summary>
    private async Task<List<string>> EachAsync(
        string stage,
        List<string> keys,
        Func<string, CancellationToken, ValueTask<bool>> check,
        CancellationToken cancellation)
    {
        var left = new ConcurrentBag<string>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Concurrency.OfSilo, CancellationToken = cancellation,
        };
        _done = 0;
        await Parallel.ForEachAsync(keys, options, async (key, ct) =>
        {
            if (!await check(key, ct))
            {
                left.Add(key);
            }

            var done = Interlocked.Increment(ref _done);
            if (done % ProgressPeriod == 0)
            {
                findings.Progress(stage, done, keys.Count);
            }
        });
        return [.. left];
    }

    private async ValueTask<bool> CheckPayeeAsync(string key, CancellationToken cancellation) =>
        await new LivePayee(key, reading, ledger, grains).CheckAsync(_expected.OfPayee(key), cancellation);

    private async ValueTask<bool> CheckTerritoryAsync(string key, CancellationToken cancellation) =>
        await new LiveTerritory(key, reading, ledger, grains).CheckAsync(_expected.OfTerritory(key), cancellation);
}
