using System.Diagnostics;
using Commission.Embedded.Hosting;
using Commission.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Load.Recovery;

/// <summary>A silo in this process on a prepared folder, and the memory that it comes to use.</summary>
internal sealed class RecoveringSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _watching;

    private RecoveringSilo(WebApplication app)
    {
        _app = app;
        _watching = WatchAsync();
    }

    public EmbeddedGrainRuntime Grains => _app.Services.GetRequiredService<EmbeddedGrainRuntime>();

    public TService Get<TService>()
        where TService : notnull => _app.Services.GetRequiredService<TService>();

    /// <summary>The most bytes of memory that the process had resident since the silo was built.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The most activations seen at once.</summary>
    public int PeakActivations { get; private set; }

    /// <summary>Builds it, without starting it.</summary>
    public static async Task<RecoveringSilo> BuildAsync(string folder)
    {
        var app = await SiloHost.BuildAsync([], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Commission:Store:Folder"] = folder,
            ["Commission:BusinessDate"] = "2026-12-31",
            ["Commission:Listen:GrpcPort"] = "0",
            ["Commission:Listen:JsonPort"] = "0",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new RecoveringSilo(app);
    }

    public Task StartAsync() => _app.StartAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var self = Process.GetCurrentProcess();
        while (!_stopping.IsCancellationRequested)
        {
            self.Refresh();
            PeakBytes = Math.Max(PeakBytes, self.WorkingSet64);
            PeakActivations = Math.Max(PeakActivations, Grains.ActivationCount);
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
