using Commission.Contracts.Grains;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Silo.Configuration;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>
/// Asks every plan now and then how far its payees are recomputed: what a crash has interrupted, of this silo or
/// another, goes on then, though nobody publishes or asks.
/// </summary>
internal sealed partial class RolloutStarter(
    IGrainFactory grains, ICatalog catalog, SiloSettings settings, TimeProvider time, ILogger<RolloutStarter> logger)
    : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await AskAllAsync(stoppingToken);
            }
            catch (Exception failure) when (StoreFailures.IsExpected(failure))
            {
                LogFailed(logger, failure, Period);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task AskAllAsync(CancellationToken cancellation)
    {
        string? after = null;
        IReadOnlyList<CatalogEntry> page;
        do
        {
            page = await catalog.ListAsync(settings.Tenant, CatalogKinds.Plan, after, PageSize, cancellation);
            foreach (var plan in page)
            {
                await grains.GetGrain<IPlanGrain>(GrainKeys.Of(settings.Tenant, plan.Id)).GetRollout(0);
                after = plan.Id;
            }
        }
        while (page.Count == PageSize);
    }

    [LoggerMessage(1, LogLevel.Warning, "Plans could not be asked how far they are; again in {Period}.")]
    private static partial void LogFailed(ILogger logger, Exception failure, TimeSpan period);
}
