using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Commission.Silo.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Commission.Silo.Hosting;

/// <summary>The certificate of the TLS port, from PEM files; read again when they have changed.</summary>
internal sealed class TlsCertificate
{
    private readonly TlsSettings _settings;
    private volatile Loaded _loaded;

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidOperationException">They are not there, or no certificate with its key.</exception>
    public TlsCertificate(TlsSettings settings)
    {
        _settings = settings;
        _loaded = Load(ReadFiles());
    }

    /// <summary>Adds TLS with HTTP/2 and HTTP/1.1, whichever the client asks for, to a port.</summary>
    public void Use(ListenOptions port) => port.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => new(_loaded.Options),
    });

    /// <summary>
    /// Reads the files again; connections made from now on have the new certificate. What is wrong is left as it was.
    /// </summary>
    /// <returns>Whether there was another certificate.</returns>
    /// <exception cref="InvalidOperationException">The files are not there, or no certificate with its key.</exception>
    public bool Refresh()
    {
        var text = ReadFiles();
        if (text == _loaded.Text)
        {
            return false;
        }

        _loaded = Load(text);
        return true;
    }

    private (string Certificate, string Key) ReadFiles()
    {
        try
        {
            return (File.ReadAllText(_settings.CertificateFile), File.ReadAllText(_settings.KeyFile));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Wrong(refused);
        }
    }

    private Loaded Load((string Certificate, string Key) text)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text.Certificate);
            var certificate = WithUsableKey(X509Certificate2.CreateFromPem(text.Certificate, text.Key));
            chain.RemoveAt(0);
            var options = new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            };
            return new Loaded(text, options);
        }
        catch (Exception refused) when (refused is CryptographicException or ArgumentException)
        {
            throw Wrong(refused);
        }
    }

    /// <summary>Windows can't use a key that is in memory alone.</summary>
    private static X509Certificate2 WithUsableKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private InvalidOperationException Wrong(Exception why) => new(
        $"Commission:Listen:Tls:CertificateFile is '{_settings.CertificateFile}' and KeyFile '{_settings.KeyFile}': "
        + $"expected a certificate (its chain after it) and its private key without a password, as PEM. {why.Message}",
        why);

    private sealed record Loaded((string Certificate, string Key) Text, SslServerAuthenticationOptions Options);
}
