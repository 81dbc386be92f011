using System.Net;
using Commission.Client;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.AspNetCore;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Gateway.Tests;

/// <summary>The test service on Grpc.AspNetCore with a free port, and a channel to it.</summary>
public sealed class EchoHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoHost(WebApplication app, EchoHandlers handlers, LogCapture log)
    {
        _app = app;
        Handlers = handlers;
        Log = log;
        Channel = new RpcChannel(new Uri(app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()));
    }

    public EchoHandlers Handlers { get; }

    public LogCapture Log { get; }

    public RpcChannel Channel { get; }

    public static async Task<EchoHost> StartAsync(Action<MethodTable>? change = null)
    {
        var handlers = new EchoHandlers();
        var log = new LogCapture();
        var table = handlers.Table();
        change?.Invoke(table);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton(table);
        builder.Services.AddCommissionGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapCommissionGrpc(table);
        await app.StartAsync();
        return new EchoHost(app, handlers, log);
    }

    public static MethodDescriptor Method(string name) =>
        EchoReflection.Descriptor.Services[0].FindMethodByName(name);

    /// <summary>One unary call of Say.</summary>
    public Task<EchoMessage> SayAsync(EchoMessage request, RpcCallOptions? options = null) =>
        Channel.UnaryAsync<EchoMessage, EchoMessage>(Method("Say"), request, options);

    /// <summary>Stops the server, as an operator would.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Assert.True(Log.Errors.IsEmpty, string.Join('\n', Log.Errors));
    }
}
