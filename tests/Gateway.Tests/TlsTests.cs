using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Commission.Client;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Tests.Proto;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Gateway.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task OnePort_GrpcAndJson_AreBothServed()
    {
        using var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k =>
            k.ListenForRpcWithTls(new(IPAddress.Loopback, 0), o => o.UseHttps(certificate)));
        var table = new EchoHandlers().Table();
        Protocols.Add(builder.Services, table);
        await using var app = builder.Build();
        Protocols.Map(app, table);
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        using var channel = new RpcChannel(address, new RpcChannelOptions { Handler = Trusting(certificate) });
        using var http = new HttpClient(Trusting(certificate));

        var request = new EchoMessage { Text = "hello" };
        var reply = await channel.UnaryAsync<EchoMessage, EchoMessage>(EchoHost.Method("Say"), request);
        var json = await http.GetStringAsync(new Uri(address, "/v1/echo/hello"));

        Assert.Equal(request, reply);
        Assert.Contains("\"hello\"", json, StringComparison.Ordinal);
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 certificate) => new()
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, c, _, _) =>
                c!.GetCertHashString() == certificate.GetCertHashString(),
        },
    };

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return request.CreateSelfSigned(from, from.AddYears(100));
    }
}
