using System.Globalization;
using System.Net;
using Commission.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace Commission.Silo.Configuration;

/// <summary>Checks the whole configuration at start and names every wrong key at once.</summary>
public sealed class SettingsCheck : IValidateOptions<SiloSettings>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SiloSettings options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(SiloSettings settings)
    {
        if (settings.Tenant.Length is 0 or > 64 || !settings.Tenant.All(IsOfTenant))
        {
            yield return Fault("Tenant", settings.Tenant, "1 to 64 lower-case letters, digits and '-'");
        }

        if (settings.BusinessDate.Length > 0 && ParseDay(settings.BusinessDate) is null)
        {
            yield return Fault("BusinessDate", settings.BusinessDate, "a day, YYYY-MM-DD, or nothing");
        }

        if (!IPAddress.TryParse(settings.Listen.Address, out _))
        {
            yield return Fault("Listen:Address", settings.Listen.Address, "an IP address such as 127.0.0.1");
        }

        if (settings.Listen.GrpcPort != 0 && settings.Listen.GrpcPort == settings.Listen.JsonPort)
        {
            yield return Fault("Listen:JsonPort", settings.Listen.JsonPort, "another port than Listen:GrpcPort");
        }

        foreach (var origin in OriginsOf(settings.Listen).Where(origin => !IsOrigin(origin)))
        {
            yield return Fault("Listen:Origins", origin, "an origin such as https://crm.example.com, without a path");
        }

        if (settings.Connections is { PingsExcuseSlowness: true } connections)
        {
            yield return Fault("Connections:PingSeconds", connections.PingSeconds,
                $"at least {ConnectionSettings.PingMargin} more than Connections:GraceSeconds, "
                + "because each ping gives a client that reads nothing that long again");
        }

        foreach (var fault in Faults(settings.Listen.Tls, settings.Listen)
            .Concat(Faults(settings.Store))
            .Concat(ClusterCheck.Faults(settings.Cluster))
            .Concat(AuthCheck.Faults(settings.Auth, settings.Listen)))
        {
            yield return fault;
        }

        foreach (var fault in Ranges(settings).Where(range => range.Value < range.Min || range.Value > range.Max))
        {
            yield return Fault(
                fault.Key, fault.Value, string.Create(CultureInfo.InvariantCulture, $"{fault.Min} to {fault.Max}"));
        }
    }

    private static IEnumerable<string> Faults(TlsSettings tls, ListenSettings listen)
    {
        if (tls.CertificateFile.Length > 0 != tls.KeyFile.Length > 0)
        {
            yield return Fault("Listen:Tls:KeyFile", tls.KeyFile, "a file beside Tls:CertificateFile, or neither");
        }

        if (tls.Address.Length > 0 && !IPAddress.TryParse(tls.Address, out _))
        {
            yield return Fault("Listen:Tls:Address", tls.Address, "an IP address such as 0.0.0.0, or nothing");
        }

        if (tls.CertificateFile.Length > 0 && tls.Port != 0
            && (tls.Port == listen.GrpcPort || tls.Port == listen.JsonPort))
        {
            yield return Fault("Listen:Tls:Port", tls.Port, "another port than Listen:GrpcPort and Listen:JsonPort");
        }
    }

    /// <summary>No message repeats the connection string: it may have a password.</summary>
    private static IEnumerable<string> Faults(StoreSettings store)
    {
        if (store.Folder.Length == 0)
        {
            yield return Fault("Store:Folder", "", "a folder");
        }

        if (store.Kind is not (StoreSettings.Sqlite or StoreSettings.Postgres))
        {
            yield return Fault("Store:Kind", store.Kind, $"{StoreSettings.Sqlite} or {StoreSettings.Postgres}");
        }

        if (store.Kind == StoreSettings.Postgres && !PostgresAddress.IsOne(store.ConnectionString))
        {
            yield return $"{SiloSettings.Section}:Store:ConnectionString is no address of a PostgreSQL database: "
                + "expected postgres://user:password@host:port/database or Host=…;Database=…;Username=…;Password=….";
        }

        if (store.Kind == StoreSettings.Sqlite && store.ConnectionString.Length > 0)
        {
            yield return $"{SiloSettings.Section}:Store:ConnectionString is set, and Store:Kind is "
                + $"'{store.Kind}': expected Store:Kind {StoreSettings.Postgres}, or no connection string.";
        }
    }

    /// <summary>A day of the calendar, or null.</summary>
    public static DateOnly? ParseDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private static IEnumerable<(string Key, int Value, int Min, int Max)> Ranges(SiloSettings settings) =>
    [
        ("Shards", settings.Shards, 1, 1024),
        ("Listen:GrpcPort", settings.Listen.GrpcPort, 0, 65535),
        ("Listen:JsonPort", settings.Listen.JsonPort, 0, 65535),
        ("Listen:Tls:Port", settings.Listen.Tls.Port, 0, 65535),
        .. settings.Cluster.Ranges,
        ("Limits:DealsInFlight", settings.Limits.DealsInFlight, 1, 10_000),
        ("Limits:Backlog", settings.Limits.Backlog, 1, 1_000_000),
        ("Limits:StreamWindow", settings.Limits.StreamWindow, 1, 100_000),
        ("Limits:Calls", settings.Limits.Calls, 1, 1_000_000),
        ("Limits:Streams", settings.Limits.Streams, 1, 1_000_000),
        ("Limits:CallsPerSecond", settings.Limits.CallsPerSecond, 1, 1_000_000),
        ("Limits:RequestMegabytes", settings.Limits.RequestMegabytes, 8, 65_536),
        ("Limits:HeartbeatSeconds", settings.Limits.HeartbeatSeconds, 1, 300),
        .. settings.Connections.Ranges,
    ];

    /// <summary>Each of the origins in <see cref="ListenSettings.Origins"/>.</summary>
    public static string[] OriginsOf(ListenSettings listen) =>
        listen.Origins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && text == uri.GetLeftPart(UriPartial.Authority);

    private static bool IsOfTenant(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';

    /// <summary>The message about a wrong key.</summary>
    internal static string Fault(string key, object value, string expected) =>
        $"{SiloSettings.Section}:{key} is '{value}': expected {expected}.";
}
