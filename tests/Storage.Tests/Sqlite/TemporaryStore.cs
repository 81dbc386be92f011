using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Storage.Tests.Sqlite;

/// <summary>A store's file in a folder of its own, which goes with the test.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("commission-storage-");
    private readonly List<SqliteStore> _opened = [];

    public string Path => System.IO.Path.Combine(_folder.FullName, "store.db");

    public async Task<SqliteStore> OpenAsync(Func<SqliteStoreOptions, SqliteStoreOptions>? configure = null)
    {
        var options = new SqliteStoreOptions { Path = Path };
        var store = await SqliteStore.OpenAsync(
            configure is null ? options : configure(options),
            NullLogger.Instance,
            TestContext.Current.CancellationToken);
        _opened.Add(store);
        return store;
    }

    /// <summary>Runs a statement behind the store's back.</summary>
    public object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own constants
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
