using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Crediting;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>
/// Credits a shard's recorded deals anew after crediting rules changed: page by page, beside the events that come in,
/// and from the start again after a crash. Only for use inside one grain.
/// </summary>
internal sealed partial class Recrediter(
    int shard, IDealLog log, IGrainFactory grains, CursorKeeper cursor, TimeProvider time, ILogger logger,
    CancellationToken stopping)
{
    private const int PageSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private bool _running;

    /// <summary>Notes durably what is to be done, and begins; ignores what is done already.</summary>
    public async Task RequestAsync(string tenant, long rulesVersion)
    {
        if (cursor.Cursor.CreditedBy.GetValueOrDefault(tenant) < rulesVersion)
        {
            Note(tenant, rulesVersion);
            await cursor.SaveAsync();
            Resume();
        }
    }

    /// <summary>Notes that a tenant has deals in the shard.</summary>
    /// <param name="tenant">Whose event is handed on next.</param>
    /// <param name="rulesVersion">The rules that it is credited by, or older ones: a tenant that is met the first time
    /// has no deals in the shard before it, which rules of before could have credited.</param>
    public void Meet(string tenant, long rulesVersion) => cursor.Cursor.CreditedBy.TryAdd(tenant, rulesVersion);

    /// <summary>The crediting rules that the shard has been told of for a tenant: the catalog's sequence.</summary>
    public long ToldOf(string tenant) => Math.Max(
        cursor.Cursor.CreditedBy.GetValueOrDefault(tenant), cursor.Cursor.Recrediting.GetValueOrDefault(tenant));

    /// <summary>
    /// Notes which rules changed without the shard being told: whoever changed them crashed between the two. To be
    /// called
    /// once, before <see cref="Resume"/>.
    /// </summary>
    public async Task CatchUpAsync(TenantRulesCache rules)
    {
        foreach (var tenant in cursor.Cursor.CreditedBy.Keys.ToList())
        {
            var version = (await rules.RefreshAsync(tenant)).Crediting.Version;
            if (version > ToldOf(tenant))
            {
                Note(tenant, version);
            }
        }
    }

    /// <summary>Goes on with what the cursor says is left.</summary>
    public void Resume()
    {
        if (!_running && cursor.Cursor.Recrediting.Count > 0)
        {
            _running = true;
            _ = RunAsync();
        }
    }

    private void Note(string tenant, long rulesVersion)
    {
        var pending = cursor.Cursor.Recrediting;
        pending[tenant] = Math.Max(rulesVersion, pending.GetValueOrDefault(tenant));
    }

    private async Task RunAsync()
    {
        while (cursor.Cursor.Recrediting.Count > 0 && !stopping.IsCancellationRequested)
        {
            try
            {
                await SweepAsync();
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                SweepFailed(logger, failure, shard, Pause);
                await Task.Delay(Pause, time, stopping);
            }
        }

        _running = false;
    }

    private async Task SweepAsync()
    {
        var wanted = new Dictionary<string, long>(cursor.Cursor.Recrediting, StringComparer.Ordinal);
        var after = 0L;
        IReadOnlyList<LogRecord> page;
        do
        {
            page = await log.ReadAsync(shard, after, PageSize, stopping);
            await Task.WhenAll(page.Where(record => wanted.ContainsKey(record.Tenant))
                .Select(record => GrainKeys.Of(record.Tenant, DealOf(record)))
                .Distinct(StringComparer.Ordinal)
                .Select(key => grains.GetGrain<IDealGrain>(key).Recredit(wanted[GrainKeys.Split(key).Tenant])));
            after += page.Count;
        }
        while (page.Count == PageSize);

        foreach (var (tenant, version) in wanted)
        {
            cursor.Cursor.CreditedBy[tenant] = version;
            if (cursor.Cursor.Recrediting[tenant] == version)
            {
                cursor.Cursor.Recrediting.Remove(tenant);
            }
        }

        await cursor.SaveAsync();
    }

    private static string DealOf(LogRecord record) =>
        LoggedEvent.Parser.ParseFrom(record.Payload.Span).Request.Deal.Deal_;

    [LoggerMessage(2, LogLevel.Error,
        "Crediting the deals of shard {Shard} anew failed; starting over in {Pause}.")]
    private static partial void SweepFailed(ILogger logger, Exception failure, int shard, TimeSpan pause);
}
