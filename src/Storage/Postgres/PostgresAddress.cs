using System.Globalization;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>Where a database is, and how this store connects to it.</summary>
public sealed class PostgresAddress
{
    // Why these settings, whatever the server, the database or the role say:
    // - synchronous_commit=on: a commit is reported after it is on disk (and on the synchronous standby, if there is
    //   one). "off" and "local" acknowledge what a crash or a failover may lose.
    // - lock_timeout, idle_in_transaction_session_timeout: a writer that was stopped in the middle of a transaction
    //   holds up others that want the same number. Those give up, and the server ends the stopped one.
    // - enable_*=off: every statement looks rows up by key. A plan that was made while the tables were empty is kept,
    //   and would go on reading the whole table when it has grown.
    // - jit=off: compiling such statements takes longer than running them.
    private const string Plans =
        " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    private const string Writing = Plans
        + " -c synchronous_commit=on -c lock_timeout=10000 -c idle_in_transaction_session_timeout=20000";

    private const string Reading = Plans + " -c default_transaction_read_only=on";

    // A look at everything takes as long as it takes.
    private const string Patient = " -c statement_timeout=0 -c idle_in_transaction_session_timeout=0";

    private const int OrleansPatience = 10;

    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresAddress(NpgsqlConnectionStringBuilder settings) => _settings = settings;

    /// <summary>"database D on HOST:PORT", without user and password.</summary>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"database {_settings.Database ?? _settings.Username} on {_settings.Host}:{_settings.Port}");

    /// <summary>
    /// The connection string, with its password, by which Orleans' ADO.NET providers find the tables that
    /// <see cref="PostgresSchema.MigrateAsync(string, CancellationToken)"/> made for them.
    /// </summary>
    public string ForOrleans()
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            ApplicationName = _settings.ApplicationName ?? "commission",
            SearchPath = PostgresSchema.OrleansSchema,
            Enlist = false,
            // A silo that waits longer for its place among the others is taken for dead by them.
            Timeout = Math.Min(_settings.Timeout, OrleansPatience),
            CommandTimeout = Math.Min(_settings.CommandTimeout, OrleansPatience),
        };
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            settings.TargetSessionAttributes = "primary";
        }

        return settings.ConnectionString;
    }

    /// <summary>Whether this is an address of a PostgreSQL database, rather than the name of a file.</summary>
    public static bool IsOne(string text) => TryParse(text) is not null;

    /// <summary>Reads <c>postgres://user:password@host:port/database</c> or <c>Host=…;Database=…</c>.</summary>
    /// <exception cref="ArgumentException">It is neither. The message does not repeat it: it may have a
    /// password.</exception>
    public static PostgresAddress Parse(string text) => TryParse(text) ?? throw new ArgumentException(
        "The connection string is no address of a PostgreSQL database. "
        + "Expected postgres://user:password@host:port/database or Host=…;Port=…;Database=…;Username=…;Password=….",
        nameof(text));

    /// <summary>For the writers: each keeps its connection as long as it lasts.</summary>
    internal NpgsqlDataSource WriterSource() => Source(Writing, settings => settings.Pooling = false);

    internal NpgsqlDataSource ReaderSource(int maxReaders) => Source(Reading, settings =>
    {
        settings.MaxPoolSize = maxReaders;
        settings.MinPoolSize = 0;
    });

    /// <summary>For reading a whole database by its keys: to sort it could take more disk than it does.</summary>
    internal NpgsqlDataSource ScanSource() => Source(Reading + Patient, settings =>
    {
        settings.Pooling = false;
        settings.CommandTimeout = 0;
    });

    /// <summary>For filling an empty database in one transaction, and looking at it before the commit.</summary>
    internal NpgsqlDataSource LoadSource() => Source(Plans + Patient + " -c synchronous_commit=on", settings =>
    {
        settings.Pooling = false;
        settings.CommandTimeout = 0;
    });

    /// <summary>For migrations, which take as long as they take.</summary>
    internal NpgsqlDataSource MigrationSource() => Source(" -c synchronous_commit=on", settings =>
    {
        settings.Pooling = false;
        settings.CommandTimeout = 0;
    });

    private NpgsqlDataSource Source(string options, Action<NpgsqlConnectionStringBuilder> configure)
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            ApplicationName = _settings.ApplicationName ?? "commission",
            Options = _settings.Options + options, // what comes later holds
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            // A timed-out commit is never cancelled, only left: a cancelled wait for a standby counts as a success.
            CancellationTimeout = -1,
            Enlist = false,
            PersistSecurityInfo = false,
        };
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            settings.TargetSessionAttributes = "primary"; // a standby may be behind what was acknowledged
        }

        configure(settings);
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>The same; null for what is neither.</summary>
    internal static PostgresAddress? TryParse(string text)
    {
        try
        {
            var settings = text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
                ? OfUri(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(settings.Host) ? null : new PostgresAddress(settings);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or UriFormatException
            or InvalidCastException or OverflowException)
        {
            return null; // the message could repeat a part of a password
        }
    }

    private static NpgsqlConnectionStringBuilder OfUri(Uri uri)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = uri.Host };
        if (uri.Port > 0)
        {
            settings.Port = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        settings.Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null;
        settings.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
        settings.Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : null;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            settings[KeyOf(parts[0])] = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
        }

        return settings;
    }

    /// <summary>The keys that URIs usually have are libpq's; Npgsql's own are taken as well.</summary>
    private static string KeyOf(string key) => key.ToLowerInvariant() switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "dbname" => "Database",
        "user" => "Username",
        var other => Uri.UnescapeDataString(other),
    };
}
