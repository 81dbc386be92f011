using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Commission.Storage.Postgres;
using Npgsql;

namespace Commission.Storage;

/// <summary>
/// The tables of a <see cref="PostgresStore"/>, in the schema <c>commission</c> of a database; and those that the
/// cluster build's Orleans needs for itself, in a schema of their own. One history numbers both.
/// </summary>
public static class PostgresSchema
{
    /// <summary>The schema that is Orleans' own.</summary>
    internal const string OrleansSchema = "commission_orleans";

    private const string Remedy = "run `commission store migrate`";

    // The number is "Commiss" in ASCII; it keeps two migrations apart.
    private const string TakeLock = "SELECT pg_advisory_xact_lock(18981339217359731)";

    private const string CreateHistory = """
        CREATE SCHEMA IF NOT EXISTS commission;
        CREATE TABLE IF NOT EXISTS commission.schema_migrations(
          version integer PRIMARY KEY,
          name text NOT NULL,
          checksum text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
        """;

    /// <summary>The migrations that this software brings, in their order.</summary>
    internal static IReadOnlyList<PostgresMigration> Migrations { get; } = ReadMigrations();

    /// <summary>
    /// Brings the database to the format of this software: all of the missing steps, or none. Safe to run twice, and at
    /// the same time from two places.
    /// </summary>
    /// <exception cref="ArgumentException">The connection string is none.</exception>
    /// <exception cref="StoreFormatException">The database is of a newer format, or not in UTF-8.</exception>
    /// <exception cref="StoreUnavailableException">The database can't be reached, or refuses.</exception>
    public static Task<PostgresFormat> MigrateAsync(string connectionString, CancellationToken ct) =>
        MigrateAsync(PostgresAddress.Parse(connectionString), Migrations, ct);

    internal static async Task<PostgresFormat> MigrateAsync(
        PostgresAddress address, IReadOnlyList<PostgresMigration> migrations, CancellationToken ct)
    {
        try
        {
            await using var source = address.MigrationSource();
            await using var connection = await source.OpenConnectionAsync(ct);
            return await MigrateAsync(connection, address.Description, migrations, ct);
        }
        catch (Exception e) when (Failures.IsOfStore(e))
        {
            throw Failures.Unavailable($"Migrating the {address.Description} failed", e, nothingWritten: false);
        }
    }

    /// <summary>Refuses a database whose format is not exactly that of this software.</summary>
    internal static async Task CheckAsync(NpgsqlConnection connection, string place, CancellationToken ct)
    {
        var exists = await ScalarAsync(connection, "SELECT to_regclass('commission.schema_migrations')::text", ct);
        if (exists is not string)
        {
            throw new StoreFormatException($"The {place} has no tables of this software: {Remedy} first.");
        }

        var applied = await ReadAppliedAsync(connection, ct);
        CheckHistory(applied, place, Migrations);
        if (applied.Count < Migrations.Count)
        {
            throw new StoreFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {place} has format {applied.Count}, and this software needs {Migrations.Count}: {Remedy}."));
        }
    }

    private static async Task<PostgresFormat> MigrateAsync(
        NpgsqlConnection connection,
        string place,
        IReadOnlyList<PostgresMigration> migrations,
        CancellationToken ct)
    {
        if (await ScalarAsync(connection, "SHOW server_encoding", ct) is not "UTF8")
        {
            throw new StoreFormatException($"The {place} is not in UTF-8: create it with ENCODING 'UTF8'.");
        }

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ScalarAsync(connection, TakeLock, ct);
        await ScalarAsync(connection, CreateHistory, ct);
        var applied = await ReadAppliedAsync(connection, ct);
        CheckHistory(applied, place, migrations);
        foreach (var migration in migrations.Skip(applied.Count))
        {
            await ApplyAsync(connection, migration, ct);
        }

        await transaction.CommitAsync(ct);
        return new PostgresFormat(applied.Count, migrations.Count);
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, PostgresMigration migration, CancellationToken ct)
    {
        await ScalarAsync(connection, migration.Sql, ct);
        await using var note = new NpgsqlCommand(
            "INSERT INTO commission.schema_migrations(version, name, checksum) VALUES($1, $2, $3)", connection);
        note.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Version });
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Checksum });
        await note.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What was applied must be the beginning of what this software knows, to the letter.</summary>
    private static void CheckHistory(
        List<(int Version, string Checksum)> applied, string place, IReadOnlyList<PostgresMigration> migrations)
    {
        if (applied.Count > migrations.Count)
        {
            throw new StoreFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"The {place} has format {applied[^1].Version}, made by `commission store migrate` of a newer "
                + $"version; this software knows formats up to {migrations.Count}: update it."));
        }

        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i] != (migrations[i].Version, migrations[i].Checksum))
            {
                throw new StoreFormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {place} was made by another migration {applied[i].Version} than the one that "
                    + $"`commission store migrate` of this software knows ({migrations[i].Name})."));
            }
        }
    }

    private static async Task<List<(int Version, string Checksum)>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken ct)
    {
        await using var read = new NpgsqlCommand(
            "SELECT version, checksum FROM commission.schema_migrations ORDER BY version", connection);
        await using var rows = await read.ExecuteReaderAsync(ct);
        var applied = new List<(int Version, string Checksum)>();
        while (await rows.ReadAsync(ct))
        {
            applied.Add((rows.GetInt32(0), rows.GetString(1)));
        }

        return applied;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
#pragma warning disable CA2100 // constants and resources of this assembly only
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(ct);
    }

    private static List<PostgresMigration> ReadMigrations()
    {
        var assembly = typeof(PostgresSchema).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal));
        return [.. names.Order(StringComparer.Ordinal).Select((name, i) => Read(assembly, name, i + 1))];
    }

    private static PostgresMigration Read(Assembly assembly, string resource, int version)
    {
        using var stream = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        var name = Path.GetFileNameWithoutExtension(resource);
        return name.StartsWith(version.ToString("0000_", CultureInfo.InvariantCulture), StringComparison.Ordinal)
            ? new PostgresMigration(version, name, stream.ReadToEnd().ReplaceLineEndings("\n"))
            : throw new InvalidOperationException($"Migration {version} is missing; {resource} is in its place.");
    }
}

/// <summary>A database's format: how many migrations it had before, and has now.</summary>
/// <param name="Found">0: it was new.</param>
/// <param name="Now">The format of this software.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PostgresFormat(int Found, int Now);

/// <summary>One step of the database's format.</summary>
internal sealed record PostgresMigration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of the text, in hexadecimal.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}
