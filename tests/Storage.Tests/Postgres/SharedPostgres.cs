using Commission.Storage.Tests.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace Commission.Storage.Tests.Postgres;

/// <summary>The server that the tests of this assembly share, started by the first that needs it.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(PostgresServer.StartAsync);

    public static async Task<PostgresServer> ServerAsync()
    {
        var shared = await TestContext.Current.GetFixture<SharedPostgres>();
        return await shared!._server.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}

/// <summary>A database of a test's own, and the stores that it opens on it.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly string _name;
    private readonly List<PostgresStore> _opened = [];

    private TemporaryDatabase(PostgresServer server, string name)
    {
        _server = server;
        _name = name;
    }

    public string Address => _server.AddressOf(_name);

    public static async Task<TemporaryDatabase> CreateAsync(bool migrated = true) =>
        await CreateAsync(await SharedPostgres.ServerAsync(), migrated);

    public static async Task<TemporaryDatabase> CreateAsync(PostgresServer server, bool migrated = true) =>
        new(server, await server.CreateDatabaseAsync(migrated));

    public async Task<PostgresStore> OpenAsync(Func<PostgresStoreOptions, PostgresStoreOptions>? configure = null)
    {
        var options = new PostgresStoreOptions { ConnectionString = Address };
        var store = await PostgresStore.OpenAsync(
            configure is null ? options : configure(options),
            NullLogger.Instance,
            TestContext.Current.CancellationToken);
        _opened.Add(store);
        return store;
    }

    /// <summary>Runs a statement behind the stores' backs.</summary>
    public Task<object?> ExecuteAsync(string sql) => _server.ExecuteAsync(_name, sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        await _server.DropDatabaseAsync(_name);
    }
}
