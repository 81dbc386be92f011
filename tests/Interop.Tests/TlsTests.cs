using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Commission.Contracts.Health;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Interop.Tests;

/// <summary>The TLS port: one for all protocols, with a certificate that may be replaced.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("commission-tls-");

    private string Certificate => Path.Combine(_folder.FullName, "tls.crt");

    private string Key => Path.Combine(_folder.FullName, "tls.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--http1.1", "1.1")]
    [InlineData("--http2", "2")]
    public async Task OnePort_ByCurl_SpeaksTheHttpAskedFor(string option, string version)
    {
        WriteCertificate();
        await using var silo = await StartAsync();

        var output = await CurlAsync(silo, Certificate, option);

        Assert.Equal("{\"status\":\"LIVE\"} " + version, output);
    }

    [Fact]
    public async Task OnePort_ByForeignClients_ServesGrpcAndGrpcWeb()
    {
        WriteCertificate();
        var descriptors = Path.Combine(_folder.FullName, "health.binpb");
        var set = new FileDescriptorSet
        {
            File = { FileDescriptorProto.Parser.ParseFrom(HealthReflection.Descriptor.SerializedData) },
        };
        await File.WriteAllBytesAsync(descriptors, set.ToByteArray());
        await using var silo = await StartAsync();

        var protos = Path.Combine(ForeignProgram.Root, "src", "Contracts", "proto");
        var output = await ForeignProgram.NodeAsync(
            "tls.mjs", silo.Addresses[2].Authority, protos, Certificate, descriptors);

        Assert.Equal(
            ["grpc_js\tok", "connect_grpc\tok", "connect_grpc_web\tok"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Certificate_Replaced_IsThatOfNewConnections()
    {
        WriteCertificate();
        await using var silo = await StartAsync();
        var certificate = silo.Service<TlsCertificate>();
        Assert.False(certificate.Refresh());

        WriteCertificate();
        Assert.True(certificate.Refresh());
        Assert.StartsWith("{\"status\":\"LIVE\"}", await CurlAsync(silo, Certificate), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Key, "damaged");
        Assert.Throws<InvalidOperationException>(() => certificate.Refresh());
        Assert.StartsWith("{\"status\":\"LIVE\"}", await CurlAsync(silo, Certificate), StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_ThatIsNone_IsRefusedByTheNamesOfItsKeys()
    {
        var settings = new TlsSettings { CertificateFile = Certificate, KeyFile = Key };
        var missing = Assert.Throws<InvalidOperationException>(() => new TlsCertificate(settings));
        File.WriteAllText(Certificate, "nothing");
        File.WriteAllText(Key, "nothing");
        var damaged = Assert.Throws<InvalidOperationException>(() => new TlsCertificate(settings));

        Assert.All([missing, damaged], refused =>
            Assert.Contains("Commission:Listen:Tls:CertificateFile", refused.Message, StringComparison.Ordinal));
    }

    private Task<SiloUnderTest> StartAsync() => SiloUnderTest.StartAsync(
        "--Commission:Listen:Tls:CertificateFile", Certificate,
        "--Commission:Listen:Tls:KeyFile", Key,
        "--Commission:Listen:Tls:Port", "0");

    private static Task<string> CurlAsync(SiloUnderTest silo, string certificate, string option = "--http2") =>
        ForeignProgram.CurlAsync(
            option, "--cacert", certificate, "--write-out", " %{http_version}",
            new Uri(silo.Addresses[2], "/health/live").ToString());

    /// <summary>A certificate of 127.0.0.1 that vouches for itself.</summary>
    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=commission", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(From, From.AddYears(100));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
