using System.Collections.Concurrent;
using Commission.Storage;

namespace Commission.Grains.Rates;

/// <summary>
/// Each silo's copy of every tenant's currency rates: read from the catalog once, then brought up to date by what
/// was put since. Safe for concurrent use.
/// </summary>
/// <param name="catalog">Where they are.</param>
public sealed class TenantRatesCache(ICatalog catalog) : IDisposable
{
    private const int PageSize = 64;
    private readonly ConcurrentDictionary<string, RateSheets> _sheets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1, 1);

    /// <summary>The rates as this silo has read them; none before it has.</summary>
    internal RateSheets Known(string tenant) => _sheets.GetValueOrDefault(tenant, RateSheets.None);

    /// <summary>The rates with at least the changes up to <paramref name="sequence"/>, which is that of one.</summary>
    internal ValueTask<RateSheets> GetAsync(string tenant, long sequence)
    {
        var known = Known(tenant);
        return known.Sequence >= sequence ? new(known) : new(RefreshAsync(tenant));
    }

    /// <summary>The rates with every change that the catalog has.</summary>
    internal async Task<RateSheets> RefreshAsync(string tenant)
    {
        await _refreshing.WaitAsync();
        try
        {
            var known = Known(tenant);
            var read = new List<RateSheetEntry>();
            IReadOnlyList<CatalogEntry> page;
            do
            {
                var number = known.Entries.Count + read.Count;
                page = await catalog.ListAsync(
                    tenant, RateSheets.Kind, number == 0 ? null : RateSheets.IdOf(number), PageSize,
                    CancellationToken.None);
                read.AddRange(page.Select(entry =>
                    RateSheetEntry.Of(entry.Sequence, entry.RecordedAt, entry.Document.Span)));
            }
            while (page.Count == PageSize);

            return _sheets[tenant] = known.With(read);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();
}
