namespace Commission.Silo.Hosting;

/// <summary>Looks now and then whether the certificate was replaced, as its issuers do every few weeks.</summary>
internal sealed partial class TlsRefresher(TlsCertificate certificate, TimeProvider time, ILogger<TlsRefresher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (certificate.Refresh())
                {
                    LogReplaced(logger);
                }
            }
            catch (InvalidOperationException wrong)
            {
                // Certificate and key are two files: for a moment they may not belong together.
                LogKept(logger, wrong.Message, Period);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "New connections have the new certificate.")]
    private static partial void LogReplaced(ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "The certificate in use is kept; again in {Period}. {Reason}")]
    private static partial void LogKept(ILogger logger, string reason, TimeSpan period);
}
