using Commission.Contracts.Grains;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;

[assembly: HostingStartup(typeof(NextStartup))]

namespace Commission.Silo.Hosting;

/// <summary>Adds what the silo of a later version does besides.</summary>
public sealed class NextStartup : IHostingStartup
{
    /// <inheritdoc/>
    public void Configure(IWebHostBuilder builder) =>
        builder.ConfigureServices(services => services.AddHostedService<NextCaller>());
}

/// <summary>Calls the method of the later version on grains of every silo, and says how that goes.</summary>
internal sealed partial class NextCaller(IGrainFactory grains, SiloSettings settings, ILogger<NextCaller> logger)
    : BackgroundService
{
    private const int Payees = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; ; round++)
        {
            await Task.Delay(Pause, stoppingToken);
            // New ones each time: grains stay where the first round put them, when not all silos were there.
            var failures = new List<string>();
            for (var payee = 0; payee < Payees; payee++)
            {
                if (await FailureAsync($"next-{round}-{payee}") is { } failure)
                {
                    failures.Add(failure);
                }
            }

            Called(logger, Payees - failures.Count, failures.Count, string.Join(", ", failures.Distinct()));
        }
    }

    private async Task<string?> FailureAsync(string rep)
    {
        try
        {
            var answer = await grains.GetGrain<IRepGrain>(GrainKeys.Of(settings.Tenant, rep))
                .AskNext(new NextQuestion("Who? "));
            return answer.Text == $"Who? {rep}" ? null : answer.Text;
        }
        catch (Exception failure)
        {
            return failure.GetType().Name;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Next: {Answered} answered, {Failed} failed: {Failures}.")]
    private static partial void Called(ILogger logger, int answered, int failed, string failures);
}
