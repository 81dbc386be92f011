using System.Net;
using Commission.Client;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Gateway.Tests;

/// <summary>The test service on a real server with free ports, and a channel to it.</summary>
public sealed class EchoHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EchoHost(WebApplication app, EchoHandlers handlers, LogCapture log)
    {
        _app = app;
        Handlers = handlers;
        Log = log;
        var addresses = app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(a => new Uri(a)).ToArray();
        GrpcAddress = addresses[0];
        JsonAddress = addresses[1];
        Channel = new RpcChannel(GrpcAddress);
        Raw = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    }

    public EchoHandlers Handlers { get; }

    public LogCapture Log { get; }

    public Uri GrpcAddress { get; }

    public Uri JsonAddress { get; }

    public RpcChannel Channel { get; }

    public HttpClient Raw { get; }

    public static async Task<EchoHost> StartAsync(
        Action<MethodTable>? change = null, RpcOptions? options = null, Action<WebApplication>? map = null)
    {
        var handlers = new EchoHandlers();
        var log = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        var table = handlers.Table();
        change?.Invoke(table);
        Protocols.Add(builder.Services, table);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        builder.WebHost.ConfigureKestrel(k => k.ListenForRpc(any, any));
        var app = builder.Build();
        app.UseCors();
        Protocols.Map(app, table, options).RequireCors(p => p.WithOrigins("https://console.example").AllowRpc());
        app.MapGet("/page/two", () => "a page");
        map?.Invoke(app);
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
        Raw.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Assert.True(Log.Errors.IsEmpty, string.Join('\n', Log.Errors));
    }
}
