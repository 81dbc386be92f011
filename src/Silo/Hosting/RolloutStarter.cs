using Commission.Contracts.Grains;
using Commission.Grains.Crediting;
using Commission.Silo.Configuration;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>
/// Asks every plan, and the currency rates, now and then how far payees are recomputed: what a crash has interrupted,
/// of this silo or another, goes on then, though nobody publishes or asks.
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
                await grains.GetGrain<IRatesGrain>(settings.Tenant).GetSpread();
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                var level = LevelOf(failure);
                LogNotListed(logger, level, failure, Period);
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
                await AskAsync(plan.Id, cancellation);
                after = plan.Id;
            }
        }
        while (page.Count == PageSize);
    }

    private async Task AskAsync(string plan, CancellationToken cancellation)
    {
        try
        {
            await grains.GetGrain<IPlanGrain>(GrainKeys.Of(settings.Tenant, plan)).GetRollout(0);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // One plan that can't answer, whatever the reason, must not keep the others from going on.
            var level = LevelOf(failure);
            LogNotAsked(logger, level, failure, plan, failure.Message, Period);
        }
    }

    private static LogLevel LevelOf(Exception failure) =>
        ExpectedFailures.IsPassing(failure) ? LogLevel.Warning : LogLevel.Error;

    [LoggerMessage(EventId = 1, Message = "Plans and rates could not be asked how far they are; again in {Period}.")]
    private static partial void LogNotListed(ILogger logger, LogLevel level, Exception failure, TimeSpan period);

    [LoggerMessage(EventId = 2, Message = "Plan {Plan} could not be asked how far it is: {Why} Again in {Period}.")]
    private static partial void LogNotAsked(
        ILogger logger, LogLevel level, Exception failure, string plan, string why, TimeSpan period);
}
