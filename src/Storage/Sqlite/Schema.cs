namespace Commission.Storage.Sqlite;

/// <summary>The ordered migrations of the file. One that was released is never changed; another is added.</summary>
internal static class Schema
{
    /// <summary>"Comm" in ASCII, so that the file is known for ours.</summary>
    public const int ApplicationId = 0x436f6d6d;

    public const string VersionTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations(
          version INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          applied_ms INTEGER NOT NULL) STRICT
        """;

    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "log, ledger, state, catalog", Version1),
    ];

    // deal_log.position  = shard << 43 | number        ledger.position  = account << 32 | sequence
    // catalog.position   = tenant << 43 | sequence
    // In deal_log and catalog the position is the row's own key: rows lie in its order, and no index repeats it.
    // The ledger's rows lie in the order of their arrival, beside an index. One batch touches thousands of accounts:
    // laid out by account, each row would dirty a page of its own; the index has some two hundred entries in one.
    // event_ids keeps 16 bytes of the content's hash, for good, even should the log be shortened one day.
    // An account's id is the greatest so far plus one, and its first record is written with it,
    // so that the ledger's last row tells the greatest.
    private const string Version1 = """
        CREATE TABLE tenants(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

        CREATE TABLE deal_log(
          position INTEGER PRIMARY KEY,
          tenant INTEGER NOT NULL,
          event_id TEXT NOT NULL,
          recorded_ms INTEGER NOT NULL,
          checksum INTEGER NOT NULL,
          payload BLOB NOT NULL) STRICT;

        CREATE TABLE event_ids(
          tenant INTEGER NOT NULL,
          event_id TEXT NOT NULL,
          position INTEGER NOT NULL,
          content_hash BLOB NOT NULL,
          PRIMARY KEY(tenant, event_id)) STRICT, WITHOUT ROWID;

        CREATE TABLE accounts(name TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE ledger(
          id INTEGER PRIMARY KEY,
          position INTEGER NOT NULL UNIQUE,
          checksum INTEGER NOT NULL,
          payload BLOB NOT NULL) STRICT;

        CREATE TABLE grain_state(
          name TEXT NOT NULL,
          key TEXT NOT NULL,
          version INTEGER NOT NULL,
          checksum INTEGER NOT NULL,
          state BLOB,
          PRIMARY KEY(name, key)) STRICT, WITHOUT ROWID;

        CREATE TABLE catalog(
          position INTEGER PRIMARY KEY,
          tenant INTEGER NOT NULL,
          kind TEXT NOT NULL,
          id TEXT NOT NULL,
          version INTEGER NOT NULL,
          recorded_ms INTEGER NOT NULL,
          checksum INTEGER NOT NULL,
          document BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX catalog_versions ON catalog(tenant, kind, id, version);

        CREATE TABLE catalog_latest(
          tenant INTEGER NOT NULL,
          kind TEXT NOT NULL,
          id TEXT NOT NULL,
          position INTEGER NOT NULL,
          PRIMARY KEY(tenant, kind, id)) STRICT, WITHOUT ROWID;
        """;
}

/// <summary>One step of the file's format.</summary>
internal sealed record Migration(int Version, string Name, string Sql);
