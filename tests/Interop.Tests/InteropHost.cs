using System.Net;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Interop.Tests;

/// <summary>A method table on our server, with free ports: HTTP/2 and HTTP/1.1.</summary>
internal sealed class InteropHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InteropHost(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(a => new Uri(a)).ToArray();
        Http2 = addresses[0];
        Http1 = addresses[1];
    }

    public Uri Http2 { get; }

    public Uri Http1 { get; }

    public static async Task<InteropHost> StartAsync(MethodTable table)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForRpc(any, any));
        Protocols.Add(builder.Services, table);
        var app = builder.Build();
        Protocols.Map(app, table);
        await app.StartAsync();
        return new InteropHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
