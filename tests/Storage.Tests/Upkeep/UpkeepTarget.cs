using System.Text;
using Commission.Storage.Tests.Conformance;
using Commission.Storage.Tests.Postgres;
using Commission.Storage.Tests.Sqlite;

namespace Commission.Storage.Tests.Upkeep;

/// <summary>A store by its address, which a test fills, damages and looks at.</summary>
public abstract class UpkeepTarget : IAsyncDisposable
{
    public static readonly DateTimeOffset Time = new(2026, 3, 31, 23, 59, 59, 123, TimeSpan.Zero);

    public abstract string Address { get; }

    /// <summary>Opens the store, to be closed with the last of its faces.</summary>
    public abstract Task<(TestStore Faces, IAsyncDisposable Store)> OpenAsync();

    /// <summary>Runs statements behind the store's back.</summary>
    public abstract Task ExecuteAsync(string sql);

    public abstract ValueTask DisposeAsync();

    public static LogEntry Event(string id, string? content = null, string tenant = "acme")
    {
        var hash = new byte[StorageLimits.ContentHashBytes];
        Bytes(content ?? id).AsSpan(0, Math.Min(16, Bytes(content ?? id).Length)).CopyTo(hash);
        return new(tenant, id, hash, Bytes($"payload of {content ?? id}"), Time);
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// Two shards, three accounts, a state and a cleared one, documents of two tenants; with keys in an order of bytes
    /// that is no order of letters, and letters that JSON escapes.
    /// </summary>
    public async Task FillAsync(CancellationToken ct)
    {
        var (faces, store) = await OpenAsync();
        await using var closing = store;
        await faces.Log.AppendAsync(7, 0, [Event("e1"), Event("e2"), Event("e3")], ct);
        await faces.Log.AppendAsync(2, 0, [Event("e1", tenant: "Zoë \"&\" Söhne 語 🙂"), Event("e4")], ct);
        ReadOnlyMemory<byte>[] records = [Bytes("one"), Bytes("two"), Array.Empty<byte>()];
        await faces.Ledger.AppendAsync("rep/bob", 0, records, ct);
        await faces.Ledger.AppendAsync("rep/Ann", 0, records, ct);
        await faces.Ledger.AppendAsync("rep/Ärzte", 0, [new byte[200_000]], ct);
        await faces.Ledger.AppendAsync("rep/bob", 3, records[..1], ct);
        await faces.States.WriteStateAsync("cursor", "b", null, Bytes("state"), ct);
        await faces.States.WriteStateAsync("cursor", "B", null, Bytes("to be cleared"), ct);
        await faces.States.ClearStateAsync("cursor", "B", "1", ct);
        await faces.Catalog.PutAsync("zeta", "rep", "ann", null, Bytes("z1"), ct);
        await faces.Catalog.PutAsync("acme", "rep", "ann", null, Bytes("a1"), ct);
        await faces.Catalog.PutAsync("acme", "plan", "p", null, Bytes("p1"), ct);
        await faces.Catalog.PutAsync("acme", "rep", "ann", 1, Bytes("a2"), ct);
        await faces.Catalog.PutAsync("acme", "rep", "bob", null, Bytes("b1"), ct);
    }
}

/// <summary>In a SQLite file.</summary>
internal sealed class SqliteTarget : UpkeepTarget
{
    private readonly TemporaryStore _file = new();

    public override string Address => _file.Path;

    public override async Task<(TestStore Faces, IAsyncDisposable Store)> OpenAsync()
    {
        var store = await _file.OpenAsync(options => options with { TimeProvider = new ManualTime(Time) });
        return (TestStore.Of(store), store);
    }

    public override Task ExecuteAsync(string sql)
    {
        _file.Execute(sql);
        return Task.CompletedTask;
    }

    public object? Scalar(string sql) => _file.Execute(sql);

    public override ValueTask DisposeAsync() => _file.DisposeAsync();
}

/// <summary>In a PostgreSQL database.</summary>
internal sealed class PostgresTarget : UpkeepTarget
{
    private readonly TemporaryDatabase _database;

    private PostgresTarget(TemporaryDatabase database) => _database = database;

    public override string Address => _database.Address;

    public static async Task<UpkeepTarget> BorrowAsync() => new PostgresTarget(await TemporaryDatabase.BorrowAsync());

    /// <summary>A database whose tables the test may change.</summary>
    public static async Task<UpkeepTarget> CreateAsync() => new PostgresTarget(await TemporaryDatabase.CreateAsync());

    public override async Task<(TestStore Faces, IAsyncDisposable Store)> OpenAsync()
    {
        var store = await _database.OpenAsync(options => options with { TimeProvider = new ManualTime(Time) });
        return (TestStore.Of(store), store);
    }

    public override Task ExecuteAsync(string sql) => _database.ExecuteAsync(sql);

    public override ValueTask DisposeAsync() => _database.DisposeAsync();
}
