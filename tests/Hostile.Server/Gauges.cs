using System.Diagnostics;
using System.Diagnostics.Metrics;
using Commission.Embedded.Hosting;
using Commission.Gateway.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Hostile.Server;

/// <summary>Counts connections and requests by the web server's own metrics.</summary>
internal sealed class Gauges : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _connections;
    private long _requests;

    public Gauges()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name is "kestrel.active_connections" or "http.server.active_requests")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Count);
        _listener.Start();
    }

    public Measurement Measure(WebApplication app, LogCapture log)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        var limits = app.Services.GetRequiredService<MethodTable>().Limits;
        return new Measurement(
            GC.GetTotalMemory(forceFullCollection: false),
            process.WorkingSet64,
            process.PeakWorkingSet64,
            GC.GetTotalAllocatedBytes(),
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            process.Threads.Count,
            Interlocked.Read(ref _connections),
            Interlocked.Read(ref _requests),
            limits?.Calls ?? 0,
            limits?.Streams ?? 0,
            log.Lines,
            log.ErrorCount);
    }

    /// <summary>What is held when no grain is: they would go by themselves in a quarter of an hour.</summary>
    public async Task<Measurement> RestAsync(WebApplication app, LogCapture log)
    {
        await app.Services.GetRequiredService<EmbeddedGrainRuntime>().DeactivateAllAsync();
        return Measure(app, log);
    }

    public void Dispose() => _listener.Dispose();

    private void Count(
        Instrument instrument, long change, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (instrument.Name == "kestrel.active_connections")
        {
            Interlocked.Add(ref _connections, change);
        }
        else
        {
            Interlocked.Add(ref _requests, change);
        }
    }
}
