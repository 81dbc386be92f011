using Commission.Gateway.Grpc;
using Commission.Silo.Hosting;
using Commission.Silo.Tests.Hosts;
using Google.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Interop.Tests;

/// <summary>A whole silo in this process: free ports, an empty store of its own.</summary>
internal sealed class SiloUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private SiloUnderTest(WebApplication app, DirectoryInfo folder)
    {
        (_app, _folder) = (app, folder);
        Addresses = [.. app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address))];
    }

    /// <summary>Where it listens: gRPC, JSON, and TLS if that is configured.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The full names of the methods that have an HTTP binding.</summary>
    public IEnumerable<string> MethodsWithHttp => _app.Services.GetRequiredService<MethodTable>().Methods
        .Where(method => method.Descriptor.GetOptions()?.HasExtension(AnnotationsExtensions.Http) == true)
        .Select(method => method.FullName);

    public Uri Grpc => Addresses[0];

    public Uri Json => Addresses[1];

    public static async Task<SiloUnderTest> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("commission-interop-");
        var app = await SiloHost.BuildAsync(
        [
            "--Commission:Store:Folder", folder.FullName,
            "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
            "--Logging:LogLevel:Default", "Error", "--Logging:LogLevel:Microsoft.Hosting.Lifetime", "Error",
            .. ClusterPorts.Take(), .. settings,
        ]);
        await app.StartAsync();
        return new SiloUnderTest(app, folder);
    }

    /// <summary>A part of the silo.</summary>
    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
