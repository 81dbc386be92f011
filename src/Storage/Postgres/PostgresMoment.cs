using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>A moment of a database, held by one transaction for others to read as it was. The one that reads does not
/// outlast damage, for the driver gives a connection up that has met some; this one reads nothing.</summary>
internal sealed class PostgresMoment : IDisposable
{
    private const string Begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _keeper;
    private readonly string _snapshot;

    private PostgresMoment(NpgsqlDataSource source, NpgsqlConnection keeper, string snapshot) =>
        (_source, _keeper, _snapshot) = (source, keeper, snapshot);

    /// <summary>Connects, and holds the moment.</summary>
    /// <exception cref="StoreFormatException">The database has no tables of ours, or of another version.</exception>
    public static async Task<PostgresMoment> HoldAsync(PostgresAddress address, CancellationToken ct)
    {
        var source = address.ScanSource();
        NpgsqlConnection? keeper = null;
        try
        {
            keeper = await source.OpenConnectionAsync(ct);
            await PostgresSchema.CheckAsync(keeper, address.Description, ct);
            await using var begin = new NpgsqlCommand(Begin, keeper);
            await begin.ExecuteNonQueryAsync(ct);
            await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", keeper);
            return new PostgresMoment(source, keeper, (string)(await export.ExecuteScalarAsync(ct))!);
        }
        catch
        {
            await (keeper?.DisposeAsync() ?? ValueTask.CompletedTask);
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new connection that sees the moment.</summary>
    public NpgsqlConnection Open()
    {
        var connection = _source.OpenConnection();
        try
        {
#pragma warning disable CA2100 // the server's own name of the snapshot
            using var begin = new NpgsqlCommand($"{Begin}; SET TRANSACTION SNAPSHOT '{_snapshot}'", connection);
#pragma warning restore CA2100
            begin.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _keeper.Dispose();
        _source.Dispose();
    }
}
