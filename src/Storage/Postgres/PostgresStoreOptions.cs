using Commission.Storage.Postgres;

namespace Commission.Storage;

/// <summary>How to open a store in a PostgreSQL database.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>
    /// The database: <c>postgres://user:password@host:port/database</c>, or keys and values
    /// (<c>Host=…;Database=…;Username=…</c>). Never shown: it may have a password.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>The clock for the times that the store itself records.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How many operations may wait for each of the four writers (log, ledger, states, catalog). While that many wait,
    /// further calls wait for space, first come first served, and can be cancelled.
    /// </summary>
    public int MaxQueuedItems { get; init; } = 16_384;

    /// <summary>How many bytes of payload may wait for each writer; one larger operation may wait alone.</summary>
    public long MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>How many connections read at the same time; further reads wait.</summary>
    public int MaxReaders { get; init; } = 8;

    /// <summary>Without the connection string's secrets; of one that is malformed nothing is repeated.</summary>
    public override string ToString() =>
        PostgresAddress.TryParse(ConnectionString)?.Description ?? "no address of a PostgreSQL database";
}
