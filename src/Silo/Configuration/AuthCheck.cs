using System.Net;

namespace Commission.Silo.Configuration;

/// <summary>Checks the settings of authentication.</summary>
internal static class AuthCheck
{
    /// <summary>What is wrong, each with its key.</summary>
    public static IEnumerable<string> Faults(AuthSettings auth, ListenSettings listen) => auth.Mode switch
    {
        AuthSettings.None or AuthSettings.Demo => OpenFaults(auth.Mode, listen),
        AuthSettings.Oidc => OidcFaults(auth),
        _ => [SettingsCheck.Fault("Auth:Mode", auth.Mode, "none, demo or oidc")],
    };

    /// <summary>What answers everybody must not be reachable by everybody.</summary>
    private static IEnumerable<string> OpenFaults(string mode, ListenSettings listen)
    {
        var expected = $"a loopback address such as 127.0.0.1 as long as Auth:Mode is {mode}";
        if (!IsLoopback(listen.Address))
        {
            yield return SettingsCheck.Fault("Listen:Address", listen.Address, expected);
        }

        if (listen.Tls.CertificateFile.Length > 0 && listen.Tls.Address.Length > 0 && !IsLoopback(listen.Tls.Address))
        {
            yield return SettingsCheck.Fault("Listen:Tls:Address", listen.Tls.Address, expected);
        }
    }

    private static IEnumerable<string> OidcFaults(AuthSettings auth)
    {
        if (!IsAuthority(auth.Authority))
        {
            yield return SettingsCheck.Fault(
                "Auth:Authority", auth.Authority, "the provider's address, https://…; http only on this machine");
        }

        if (auth.Audience.Length == 0)
        {
            yield return SettingsCheck.Fault("Auth:Audience", "", "the audience that tokens name");
        }

        if (auth.SubjectClaim.Length == 0)
        {
            yield return SettingsCheck.Fault("Auth:SubjectClaim", "", "a claim such as sub");
        }

        if (auth.RolesClaim.Length == 0)
        {
            yield return SettingsCheck.Fault("Auth:RolesClaim", "", "a claim such as roles");
        }
    }

    /// <summary>What is no address at all is another check's concern.</summary>
    private static bool IsLoopback(string address) =>
        !IPAddress.TryParse(address, out var parsed) || IPAddress.IsLoopback(parsed);

    private static bool IsAuthority(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
