using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Storage;

namespace Commission.Verification;

/// <summary>What a live verification reads from.</summary>
internal sealed record LiveStore(
    IDealLog Log, ICatalog Catalog, IGrainStateStore States, IGrainFactory Grains, int Shards);

/// <summary>A tenant's documents and log up to where they were read, all of it credited by the grains.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="store">Where to read.</param>
/// <param name="findings">Told of progress.</param>
internal sealed class LiveReading(string tenant, LiveStore store, Findings findings)
{
    private const int PageSize = 1000;
    private const int ProgressPeriod = 50;
    private readonly TenantDocuments _documents = new();
    private readonly StandingDeals _deals = new();
    private readonly long[] _heads = new long[store.Shards];
    private long _creditedBy = -1;
    private int _pages;

    /// <summary>What the log says, with who must be credited.</summary>
    public StandingDeals Deals => _deals;

    /// <summary>As they were read last.</summary>
    public TenantDocuments Documents => _documents;

    /// <summary>What comparisons need.</summary>
    public Scope Scope { get; private set; } = null!;

    /// <summary>Whether an event came after the log was read last.</summary>
    public bool IsNewer(Position position) =>
        position.Shard >= _heads.Length || position.Number > _heads[position.Shard];

    /// <summary>Whether documents changed since they were read.</summary>
    public async Task<bool> HasNewDocumentsAsync(CancellationToken cancellation) =>
        (await store.Catalog.ChangesAsync(tenant, _documents.Sequence, 1, cancellation)).Count > 0;

    /// <summary>Reads what is new in log and catalog, and waits until it is credited.</summary>
    public async Task CatchUpAsync(CancellationToken cancellation)
    {
        await ReadDocumentsAsync(cancellation);
        var cursors = new Cursors();
        for (var shard = 0; shard < store.Shards; shard++)
        {
            await ReadCursorAsync(cursors, shard, cancellation);
            await ReadLogAsync(shard, cancellation);
            await WaitAsync(shard, cursors.AppliedOf(shard), cancellation);
        }

        Scope = new Scope(_deals, _ => _documents, await CursorsNowAsync(cancellation), findings, IsNewer);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Concurrency.OfSilo, CancellationToken = cancellation,
        };
        _deals.Credit(_ => _documents.Rules, _creditedBy != _documents.Sequence, options);
        _creditedBy = _documents.Sequence;
    }

    private async Task ReadDocumentsAsync(CancellationToken cancellation)
    {
        IReadOnlyList<CatalogEntry> page;
        do
        {
            page = await store.Catalog.ChangesAsync(tenant, _documents.Sequence, PageSize, cancellation);
            foreach (var entry in page)
            {
                _documents.Take(entry);
            }
        }
        while (page.Count == PageSize);

        _documents.Complete();
    }

    private async Task ReadLogAsync(int shard, CancellationToken cancellation)
    {
        var head = await store.Log.ReadHeadAsync(shard, cancellation);
        while (_heads[shard] < head)
        {
            var count = (int)Math.Min(PageSize, head - _heads[shard]);
            var page = await store.Log.ReadAsync(shard, _heads[shard], count, cancellation);
            foreach (var record in page.Where(record => record.Tenant == tenant))
            {
                _deals.Take(record);
            }

            _heads[shard] = page[^1].Number;
            if (++_pages % ProgressPeriod == 0)
            {
                findings.Progress("log", _deals.Events, 0);
            }
        }
    }

    /// <summary>Deals are credited in parallel: that one event is says nothing of those before it.</summary>
    private async Task WaitAsync(int shard, long applied, CancellationToken cancellation)
    {
        for (var number = applied + 1; number <= _heads[shard]; number++)
        {
            await WaitOneAsync(shard, number, cancellation);
        }
    }

    private async Task WaitOneAsync(int shard, long number, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await store.Grains.GetGrain<IShardGrain>(ShardKeys.Of(shard)).WaitApplied(number, cancellation);
                return;
            }
            catch (ShardMovedException)
            {
                // Whoever serves the shard now answers the next call.
            }
        }
    }

    private async Task<Cursors> CursorsNowAsync(CancellationToken cancellation)
    {
        var cursors = new Cursors();
        for (var shard = 0; shard < store.Shards; shard++)
        {
            await ReadCursorAsync(cursors, shard, cancellation);
            cursors.Reach(shard, _heads[shard]);
        }

        return cursors;
    }

    private async Task ReadCursorAsync(Cursors cursors, int shard, CancellationToken cancellation)
    {
        var key = ShardKeys.Of(shard);
        if (await store.States.ReadStateAsync(Cursors.StateName, key, cancellation) is { } record)
        {
            cursors.Take(new StateReading(Cursors.StateName, key, record.State));
        }
    }
}

/// <summary>How much of the machine a live verification takes.</summary>
internal static class Concurrency
{
    /// <summary>Half of the processors: queries go on beside it.</summary>
    public static int OfSilo { get; } = Math.Max(1, Environment.ProcessorCount / 2);
}
