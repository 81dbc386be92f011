namespace Commission.Silo.Configuration;

/// <summary>Who may call, and how he proves who he is.</summary>
public sealed class AuthSettings
{
    /// <summary>Everyone may call everything: only on loopback addresses.</summary>
    public const string None = "none";

    /// <summary>Callers bring a token of an OpenID Connect provider.</summary>
    public const string Oidc = "oidc";

    /// <summary>
    /// As <see cref="None"/>, but that callers may bring a token of a demonstration, and then are what it says.
    /// </summary>
    public const string Demo = "demo";

    /// <summary><see cref="None"/>, <see cref="Demo"/> or <see cref="Oidc"/>.</summary>
    public string Mode { get; set; } = None;

    /// <summary>
    /// The provider: https://login.example.com. Its keys are found by its discovery document, and again when they
    /// change.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>Tokens must be meant for it.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim that holds the caller's tenant; empty: everyone belongs to the silo's own.</summary>
    public string TenantClaim { get; set; } = "tenant";

    /// <summary>The claim that names the caller; for payees it holds their id.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>The claim that holds the caller's roles: one, a list, or several with spaces between them.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>Whether callers without a token may do everything.</summary>
    internal bool IsOpen => Mode is None or Demo;
}
