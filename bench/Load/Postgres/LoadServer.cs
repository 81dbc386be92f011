using System.Globalization;
using Commission.Storage;
using Commission.Storage.Tests.Postgres;
using Npgsql;

namespace Commission.Load.Postgres;

/// <summary>
/// A PostgreSQL server that syncs what it commits: one that the user names, or one of this program's own, as it comes,
/// in a temporary folder.
/// </summary>
internal sealed class LoadServer : IAsyncDisposable
{
    private readonly string _connection;
    private readonly PostgresServer? _own;

    private LoadServer(string connection, PostgresServer? own) => (_connection, _own) = (connection, own);

    /// <summary>Starts one of its own, unless one is named.</summary>
    /// <param name="connection">Keys and values, <c>Host=…;Username=…;Database=…</c>, of a user that may create
    /// databases.</param>
    /// <exception cref="InvalidOperationException">It reports commits before they are synced.</exception>
    public static async Task<LoadServer> OpenAsync(string? connection)
    {
        var own = connection is null ? await PostgresServer.StartAsync() : null;
        var server = new LoadServer(connection ?? own!.AddressOf("postgres"), own);
        try
        {
            await server.CheckSyncAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new database with the tables of a silo.</summary>
    public async Task<LoadDatabase> CreateStoreAsync()
    {
        var database = await CreateDatabaseAsync();
        await PostgresSchema.MigrateAsync(database.Address, CancellationToken.None);
        return database;
    }

    /// <summary>A new database without any tables.</summary>
    public async Task<LoadDatabase> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"commission_load_{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        var address = new NpgsqlConnectionStringBuilder(_connection) { Database = name }.ConnectionString;
        return new LoadDatabase(address, () => ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task CheckSyncAsync()
    {
        const string Off = """
            SELECT string_agg(name, ', ') FROM pg_settings
            WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting <> 'on'
            """;
        if (await ExecuteAsync(Off) is string settings)
        {
            throw new InvalidOperationException($"The server doesn't sync what it commits: {settings}.");
        }
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_connection + ";Pooling=false");
#pragma warning disable CA2100 // names that are made here
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
