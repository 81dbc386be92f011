using System.Security.Cryptography;
using System.Text;

namespace Commission.Storage.Tests.Conformance;

/// <summary>What every store must do. Each store inherits each suite and says how it is opened.</summary>
public abstract class ConformanceTests(StoreFactory factory) : IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = new(2026, 3, 31, 23, 59, 59, 123, TimeSpan.Zero);

    protected ManualTime Time { get; } = new(Start);

    protected TestStore Store { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await factory.OpenAsync(Time);

    public async ValueTask DisposeAsync()
    {
        await factory.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static LogEntry Event(string id, string? content = null, string tenant = "acme") =>
        new(tenant, id, SHA256.HashData(Bytes(content ?? id)), Bytes($"payload of {content ?? id}"), Start);

    protected static ReadOnlyMemory<byte>[] Payloads(params string[] texts) =>
        [.. texts.Select(text => (ReadOnlyMemory<byte>)Bytes(text))];

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}

/// <summary>Opens one kind of store, and cleans up after it.</summary>
public abstract class StoreFactory : IAsyncDisposable
{
    public abstract Task<TestStore> OpenAsync(TimeProvider time);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A store by its four faces.</summary>
public sealed record TestStore(IDealLog Log, ILedger Ledger, IGrainStateStore States, ICatalog Catalog)
{
    public static TestStore Of<T>(T store)
        where T : IDealLog, ILedger, IGrainStateStore, ICatalog => new(store, store, store, store);
}

/// <summary>A clock that stands still until it is told.</summary>
public sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
