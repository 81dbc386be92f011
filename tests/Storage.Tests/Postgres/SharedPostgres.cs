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

/// <summary>A database that no other test has meanwhile, and the stores that a test opens on it.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly bool _isBorrowed;
    private readonly List<PostgresStore> _opened = [];

    private TemporaryDatabase(PostgresServer server, string name, bool isBorrowed)
    {
        _server = server;
        Name = name;
        _isBorrowed = isBorrowed;
    }

    public string Name { get; }

    public string Address => _server.AddressOf(Name);

    /// <summary>With the current tables; they stay as they are.</summary>
    public static async Task<TemporaryDatabase> BorrowAsync()
    {
        var server = await SharedPostgres.ServerAsync();
        return new(server, await server.BorrowDatabaseAsync(), isBorrowed: true);
    }

    /// <summary>The test's own, to do with as it likes.</summary>
    public static async Task<TemporaryDatabase> CreateAsync(
        string template = PostgresServer.Template, string options = "", PostgresServer? server = null)
    {
        server ??= await SharedPostgres.ServerAsync();
        return new(server, await server.CreateDatabaseAsync(template, options), isBorrowed: false);
    }

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

    /// <summary>Runs statements behind the stores' backs.</summary>
    public Task<object?> ExecuteAsync(string sql) => _server.ExecuteAsync(Name, sql);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        if (_isBorrowed)
        {
            await _server.ReturnDatabaseAsync(Name);
        }
    }
}
