using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Verification.Tests;

/// <summary>SQLite stores in a folder that goes with the test.</summary>
internal sealed class Files : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("commission-verify-");
    private readonly List<SqliteStore> _opened = [];

    public string Of(string name) => Path.Combine(_folder.FullName, name);

    public async Task<SqliteStore> OpenAsync(string name)
    {
        var store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = Of(name) }, NullLogger.Instance, TestContext.Current.CancellationToken);
        _opened.Add(store);
        return store;
    }

    /// <summary>A world on a file.</summary>
    public async Task<World> WorldAsync(string name) => new(new GrainHost(Stores.Of(await OpenAsync(name))));

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
