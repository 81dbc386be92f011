using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Storage;

namespace Commission.Verification;

/// <summary>
/// Recomputes all that a store's ledger holds from its log and documents, by the engine alone, and reports what
/// differs.
/// </summary>
public sealed class StoreVerification
{
    private const int ProgressPeriod = 50_000;
    private const int PayeesBetweenProgress = 500;
    private readonly Dictionary<string, TenantDocuments> _documents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _heads = [];
    private readonly StandingDeals _deals = new();
    private readonly Cursors _cursors = new();
    private readonly Findings _findings;
    private readonly Scope _scope;
    private readonly ParallelOptions _parallel;
    private long _payees;
    private long _territories;

    private StoreVerification(int mostDifferences, Action<VerifyUpdate> report, CancellationToken ct)
    {
        _findings = new Findings(mostDifferences, report);
        _scope = new Scope(_deals, DocumentsOf, _cursors, _findings, static _ => false);
        _parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct,
        };
    }

    /// <summary>
    /// Reads the whole store as it is at one moment; silos may go on. See <see cref="StoreUpkeep.ReadAsync"/> for the
    /// exceptions.
    /// </summary>
    /// <param name="store">A SQLite file or the address of a PostgreSQL database.</param>
    /// <param name="mostDifferences">How many differences are told; all are counted.</param>
    /// <param name="report">Told of progress, differences and at last the summary, of one thing at a time.</param>
    /// <param name="ct">Abandons it.</param>
    /// <exception cref="UnverifiableException">Log or documents can't be read as what they are.</exception>
    public static Task<VerifySummary> RunAsync(
        string store, int mostDifferences, Action<VerifyUpdate> report, CancellationToken ct) =>
        StoreUpkeep.ReadAsync(
            store, reading => Unwrapped(() => new StoreVerification(mostDifferences, report, ct).Run(reading)), ct);

    /// <summary>Of what went wrong on several threads, the first.</summary>
    private static VerifySummary Unwrapped(Func<VerifySummary> run)
    {
        try
        {
            return run();
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]);
            throw;
        }
    }

    private VerifySummary Run(StoreReading store)
    {
        ReadDocuments(store);
        ReadLog(store);
        _findings.Progress("crediting", 0, _deals.All.Count);
        _deals.Credit(tenant => DocumentsOf(tenant).Rules, all: true, _parallel);
        var expected = new ExpectedAccounts(_deals.All);
        CheckAccounts(store, expected);
        CheckMissing(expected);
        return _findings.Complete(summary =>
        {
            (summary.Events, summary.Deals, summary.Credits) = (_deals.Events, _deals.All.Count, expected.Credits);
            (summary.Payees, summary.Territories) = (_payees, _territories);
            summary.PendingEvents = _heads.Sum(head => Math.Max(0, head.Value - _cursors.AppliedOf(head.Key)));
        });
    }

    private TenantDocuments DocumentsOf(string tenant) => _documents.GetValueOrDefault(tenant) ?? NoDocuments;

    private static TenantDocuments NoDocuments { get; } = new();

    private void ReadDocuments(StoreReading store)
    {
        foreach (var entry in store.Documents())
        {
            if (!_documents.TryGetValue(entry.Tenant, out var documents))
            {
                _documents.Add(entry.Tenant, documents = new TenantDocuments());
            }

            documents.Take(entry);
        }

        foreach (var documents in _documents.Values)
        {
            documents.Complete();
        }

        foreach (var state in store.States())
        {
            _cursors.Take(state);
        }
    }

    private void ReadLog(StoreReading store)
    {
        foreach (var record in store.Events())
        {
            _deals.Take(record);
            _heads[record.Shard] = record.Number;
            if (_deals.Events % ProgressPeriod == 0)
            {
                _parallel.CancellationToken.ThrowIfCancellationRequested();
                _findings.Progress("log", _deals.Events, 0);
            }
        }
    }

    /// <summary>One thread at a time reads an account; all of them compare, each its own.</summary>
    private void CheckAccounts(StoreReading store, ExpectedAccounts expected)
    {
        var accounts = Partitioner.Create(Accounts(store), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(accounts, _parallel, account => Check(account.Kind, account.Key, account.Records, expected));
    }

    /// <summary>Payees' and territories' accounts. Those of deals come before, and are dealt with at once.</summary>
    private IEnumerable<(string Kind, string Key, List<ReadOnlyMemory<byte>> Records)> Accounts(StoreReading store)
    {
        var deals = new DealCheck(_scope);
        var (account, records, last) = ("", new List<ReadOnlyMemory<byte>>(), 0L);
        foreach (var entry in store.Entries())
        {
            if (entry.Account != account)
            {
                if (Finished(account, records, last, deals) is { } finished)
                {
                    yield return finished;
                }

                (account, records) = (entry.Account, []);
            }

            records.Add(entry.Payload);
            last = entry.Sequence;
        }

        if (Finished(account, records, last, deals) is { } end)
        {
            yield return end;
        }

        deals.Complete();
    }

    private static (string Kind, string Key, List<ReadOnlyMemory<byte>> Records)? Finished(
        string account, List<ReadOnlyMemory<byte>> records, long last, DealCheck deals)
    {
        var slash = account.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return null;
        }

        var (kind, key) = (account[..slash], account[(slash + 1)..]);
        if (kind == "deal")
        {
            deals.Take(key, last, records[^1].Span);
            return null;
        }

        return (kind, key, records);
    }

    private void Check(string kind, string key, List<ReadOnlyMemory<byte>> records, ExpectedAccounts expected)
    {
        if (kind is not ("rep" or "territory"))
        {
            // Of what else is in the ledger, nothing follows for credits.
            return;
        }

        var (tenant, id) = GrainKeys.Split(key);
        _seen.TryAdd($"{kind}/{key}", true);
        if (kind == "rep")
        {
            new PayeeCheck(tenant, id, _scope).Run(records, expected.OfPayee(key));
            Count(ref _payees, expected.Payees.Count);
        }
        else
        {
            new TerritoryCheck(tenant, id, _scope).Run(records, expected.OfTerritory(key));
            Interlocked.Increment(ref _territories);
        }
    }

    private void Count(ref long payees, long total)
    {
        var count = Interlocked.Increment(ref payees);
        if (count % PayeesBetweenProgress == 0)
        {
            _findings.Progress("payees", count, Math.Max(count, total));
        }
    }

    /// <summary>Who must hold something and has no account at all.</summary>
    private void CheckMissing(ExpectedAccounts expected)
    {
        var payees = expected.Payees.Select(key => ("rep", key));
        var missing = payees.Concat(expected.Territories.Select(key => ("territory", key)))
            .Where(account => !_seen.ContainsKey($"{account.Item1}/{account.key}"))
            .ToList();
        Parallel.ForEach(missing, _parallel, account => Check(account.Item1, account.key, [], expected));
    }
}
