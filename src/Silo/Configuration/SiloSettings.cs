namespace Commission.Silo.Configuration;

/// <summary>
/// The section <c>Commission</c> of the configuration: appsettings.json, then environment (<c>Commission__Shards</c>),
/// then command line (<c>--Commission:Shards 8</c>). Checked as a whole at start by <see cref="SettingsCheck"/>.
/// </summary>
public sealed class SiloSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Commission";

    /// <summary>The tenant that every caller belongs to: lower-case letters, digits and '-', 1 to 64.</summary>
    public string Tenant { get; set; } = "main";

    /// <summary>Shards of the deal log, 1 to 1,024; fixed once the store has data.</summary>
    public int Shards { get; set; } = 8;

    /// <summary>The day that counts as today, YYYY-MM-DD; empty: the clock's. For demonstrations on old data.</summary>
    public string BusinessDate { get; set; } = "";

    /// <summary>Where clients connect.</summary>
    public ListenSettings Listen { get; set; } = new();

    /// <summary>Who may call.</summary>
    public AuthSettings Auth { get; set; } = new();

    /// <summary>The silos of the cluster build, and how any silo stops.</summary>
    public ClusterSettings Cluster { get; set; } = new();

    /// <summary>Where everything is kept.</summary>
    public StoreSettings Store { get; set; } = new();

    /// <summary>What one connection may cost, and how many there may be.</summary>
    public ConnectionSettings Connections { get; set; } = new();

    /// <summary>How much work is taken on.</summary>
    public LimitSettings Limits { get; set; } = new();

    /// <summary>What leaderboards show.</summary>
    public LeaderboardSettings Leaderboards { get; set; } = new();
}

/// <summary>Where clients connect.</summary>
public sealed class ListenSettings
{
    /// <summary>An IP address of this machine; 0.0.0.0 for all.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>gRPC over HTTP/2 in clear text; 0 takes a free port.</summary>
    public int GrpcPort { get; set; } = 5080;

    /// <summary>JSON over HTTP/1.1 in clear text; 0 takes a free port.</summary>
    public int JsonPort { get; set; } = 5081;

    /// <summary>
    /// Which web pages of other origins may call, by gRPC-Web or JSON: `https://crm.example.com`, several separated by
    /// commas. Empty: none.
    /// </summary>
    public string Origins { get; set; } = "";

    /// <summary>The port with TLS, for all protocols; there is none without a certificate.</summary>
    public TlsSettings Tls { get; set; } = new();
}

/// <summary>One port with TLS for HTTP/2 and HTTP/1.1, whichever the client asks for.</summary>
public sealed class TlsSettings
{
    /// <summary>A PEM file: the certificate, then those that lead to its issuer. Empty: no TLS port.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>A PEM file: the certificate's private key, without a password.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>An IP address of this machine; empty: that of the clear-text ports.</summary>
    public string Address { get; set; } = "";

    /// <summary>All protocols; 0 takes a free port.</summary>
    public int Port { get; set; } = 5443;
}

/// <summary>Where everything is kept.</summary>
public sealed class StoreSettings
{
    /// <summary>A SQLite file, for one silo.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>A PostgreSQL database, which several silos may share.</summary>
    public const string Postgres = "postgres";

    /// <summary><see cref="Sqlite"/> or <see cref="Postgres"/>.</summary>
    public string Kind { get; set; } = Sqlite;

    /// <summary>The folder of the SQLite file; created when missing.</summary>
    public string Folder { get; set; } = "data";

    /// <summary>
    /// The PostgreSQL database: postgres://user:password@host:port/database or Host=…;Database=…. Never shown.
    /// </summary>
    public string ConnectionString { get; set; } = "";
}

/// <summary>How much work is taken on.</summary>
public sealed class LimitSettings
{
    /// <summary>Deals that one shard credits at a time, 1 to 10,000.</summary>
    public int DealsInFlight { get; set; } = 256;

    /// <summary>Events of one shard that may wait to be credited, 1 to 1,000,000.</summary>
    public int Backlog { get; set; } = 4096;

    /// <summary>Events of one client stream that may wait for their acknowledgement, 1 to 100,000.</summary>
    public int StreamWindow { get; set; } = 1024;

    /// <summary>Calls with one response that are answered at a time, 1 to 1,000,000; more are refused.</summary>
    public int Calls { get; set; } = 10_000;

    /// <summary>Watches and event streams at a time, 1 to 1,000,000; more are refused.</summary>
    public int Streams { get; set; } = 20_000;

    /// <summary>
    /// Calls that one caller may begin in a second, 1 to 1,000,000; more are refused. Counted by the subject of tokens,
    /// so that there is no such limit with `Auth:Mode` `none`. What a stream carries is not counted.
    /// </summary>
    public int CallsPerSecond { get; set; } = 1000;

    /// <summary>
    /// MiB of requests over 64 KiB that may be in memory at a time, 8 to 65,536; more are refused.
    /// </summary>
    public int RequestMegabytes { get; set; } = 256;

    /// <summary>Seconds after which a silent watch sends a heartbeat, 1 to 300.</summary>
    public int HeartbeatSeconds { get; set; } = 15;
}

/// <summary>What leaderboards show.</summary>
public sealed class LeaderboardSettings
{
    /// <summary>Whether a caller sees no names of those whose pay he may not see: only ranks and relative figures.
    /// </summary>
    public bool Anonymous { get; set; }
}
