using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Silo.Tests.Telemetry;

/// <summary>Takes what is sent by OTLP over HTTP, and keeps its texts.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _received = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Path, string[] Texts, TaskCompletionSource Found)> _awaited = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What OTEL_EXPORTER_OTLP_ENDPOINT is to be.</summary>
    public string Endpoint { get; private set; } = "";

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/{signal}", receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Endpoint = receiver._app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return receiver;
    }

    /// <summary>Returns when all these texts have come, in any number of messages.</summary>
    public async Task ReceivedAsync(string signal, params string[] texts)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue((signal, texts, found));
        Look();
        try
        {
            await found.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            var got = _received.GetValueOrDefault(signal, "");
            Assert.Fail("Not received: " + string.Join(", ", texts.Where(text => !Has(got, text))));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpRequest request, string signal)
    {
        Assert.Equal("application/x-protobuf", request.ContentType);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        // Texts stand in protobuf as they are.
        var text = Encoding.Latin1.GetString(body.ToArray());
        _received.AddOrUpdate(signal, text, (_, before) => before + "\n" + text);
        Look();
    }

    private void Look()
    {
        foreach (var (signal, texts, found) in _awaited)
        {
            if (texts.All(text => Has(_received.GetValueOrDefault(signal, ""), text)))
            {
                found.TrySetResult();
            }
        }
    }

    private static bool Has(string received, string text) => received.Contains(text, StringComparison.Ordinal);
}
