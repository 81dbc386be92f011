using Commission.Client;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Health;
using Commission.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Silo.Tests.Hosts;

/// <summary>
/// A whole silo in this process: free ports, a store of its own. Errors in its log fail the test, unless it was started
/// on a store that is known to be bad.
/// </summary>
public sealed class RunningSilo : IAsyncDisposable
{
    private readonly Scratch? _scratch;
    private readonly WebApplication _app;
    private readonly LogCapture _log;

    private RunningSilo(Scratch? scratch, WebApplication app, LogCapture log)
    {
        (_scratch, _app, _log) = (scratch, app, log);
        var addresses = app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address)).ToArray();
        GrpcAddress = addresses[0];
        Channel = new RpcChannel(GrpcAddress);
        Api = new Api(Channel);
        Json = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = addresses[1] };
    }

    public Uri GrpcAddress { get; }

    public RpcChannel Channel { get; }

    public Api Api { get; }

    /// <summary>To the JSON port.</summary>
    public HttpClient Json { get; }

    /// <summary>All that it serves.</summary>
    public MethodTable Methods => _app.Services.GetRequiredService<MethodTable>();

    /// <summary>What was logged as an error until now.</summary>
    public IReadOnlyCollection<string> Errors => _log.Errors;

    /// <summary>Starts a silo whose day is the last of the sample data's last fiscal year.</summary>
    public static Task<RunningSilo> StartAsync(params string[] settings)
    {
        var scratch = new Scratch();
        return StartAsync(scratch.Store, scratch, settings);
    }

    /// <summary>The same, and all that is logged goes to another provider, too.</summary>
    internal static Task<RunningSilo> StartAsync(ILoggerProvider also, params string[] settings)
    {
        var scratch = new Scratch();
        return StartAsync(scratch.Store, scratch, settings, also);
    }

    /// <summary>The same on a store that is left when the silo stops, and may be damaged.</summary>
    public static Task<RunningSilo> StartOnAsync(string store, params string[] settings) =>
        StartAsync(store, null, settings);

    private static async Task<RunningSilo> StartAsync(
        string store, Scratch? scratch, string[] settings, ILoggerProvider? also = null)
    {
        var log = new LogCapture();
        var app = await SiloHost.BuildAsync(
        [
            "--Commission:Store:Folder", store,
            "--Commission:BusinessDate", SampleCompany.Today,
            "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
            "--Logging:LogLevel:Default", "Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Warning",
            .. ClusterPorts.Take(),
            .. settings,
        ]);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        if (also is not null)
        {
            app.Services.GetRequiredService<ILoggerFactory>().AddProvider(also);
        }

        await app.StartAsync();
        return new RunningSilo(scratch, app, log);
    }

    /// <summary>Returns when it says that it takes calls: it listens before that.</summary>
    public async Task UntilServingAsync()
    {
        var health = _app.Services.GetRequiredService<HealthState>();
        for (var (isServing, changed) = health.Read(); !isServing; (isServing, changed) = health.Read())
        {
            await changed.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Json.Dispose();
        Channel.Dispose();
        _log.Stop();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _scratch?.Dispose();
        Assert.True(_scratch is null || _log.Errors.IsEmpty, string.Join('\n', _log.Errors));
    }
}
