using Commission.Embedded.Hosting;

namespace Commission.Embedded.Tests;

public sealed class StateTests
{
    [Fact]
    public async Task State_Written_IsThereAfterReactivation()
    {
        await using var host = new TestHost();
        var counter = host.Client.GetGrain<ICounter>("a");
        Assert.Equal((0, false, null), await counter.Read());
        await counter.Add(5, write: true);
        await counter.Add(2, write: false);

        await host.Runtime.DeactivateAsync(counter);

        var (value, exists, etag) = await counter.Read();
        Assert.Equal((5, true), (value, exists));
        Assert.NotNull(etag);
    }

    [Fact]
    public async Task State_OfSeveralGrains_IsStoredPerNameClassAndKey()
    {
        var storage = new MemoryGrainStorage();
        await using var host = new TestHost(storage: storage);

        await host.Client.GetGrain<ICounter>("a").Add(5, write: true);

        var stored = await storage.ReadAsync(new GrainStateKey("count", "counter", "a"), CancellationToken.None);
        Assert.Equal("""{"Value":5}""", System.Text.Encoding.UTF8.GetString(stored!.Payload.Span));
        Assert.Null(await storage.ReadAsync(new GrainStateKey("count", "counter", "b"), CancellationToken.None));
        Assert.Null(await storage.ReadAsync(new GrainStateKey("other", "counter", "a"), CancellationToken.None));
    }

    [Fact]
    public async Task State_Cleared_IsFreshAndGone()
    {
        await using var host = new TestHost();
        var counter = host.Client.GetGrain<ICounter>("a");
        await counter.Add(5, write: true);

        await counter.Clear();

        Assert.Equal((0, false, null), await counter.Read());
        await host.Runtime.DeactivateAsync(counter);
        Assert.Equal((0, false, null), await counter.Read());
    }

    [Fact]
    public async Task Write_OfStaleState_FailsAndTheNextCallReadsAnew()
    {
        var storage = new MemoryGrainStorage();
        await using var host = new TestHost(storage: storage);
        var counter = host.Client.GetGrain<ICounter>("a");
        await counter.Add(5, write: true);
        await WriteBehindItsBack(storage, 40);

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => counter.Add(1, write: true));

        Assert.Equal(("2", "1"), (conflict.StoredEtag, conflict.CurrentEtag));
        Assert.Equal(40, (await counter.Read()).Value);
        await counter.Add(1, write: true);
        Assert.Equal(41, (await counter.Read()).Value);
    }

    [Fact]
    public async Task Write_OfStaleStateThatTheGrainHandles_KeepsTheActivation()
    {
        var storage = new MemoryGrainStorage();
        await using var host = new TestHost(storage: storage);
        var counter = host.Client.GetGrain<ICounter>("a");
        await counter.Add(5, write: true);
        await WriteBehindItsBack(storage, 40);

        var activations = await counter.AddOrReread(1);

        Assert.Equal(41, (await counter.Read()).Value);
        Assert.Equal(activations, await counter.AddOrReread(0));
    }

    [Fact]
    public async Task Clear_OfStaleState_Fails()
    {
        var storage = new MemoryGrainStorage();
        await using var host = new TestHost(storage: storage);
        var counter = host.Client.GetGrain<ICounter>("a");
        await counter.Add(5, write: true);
        await WriteBehindItsBack(storage, 40);

        await Assert.ThrowsAsync<InconsistentStateException>(() => counter.Clear());

        Assert.Equal(40, (await counter.Read()).Value);
    }

    [Fact]
    public async Task Read_ThatFails_FailsTheActivationAndIsTriedAnew()
    {
        var storage = new FailingStorage { Failure = new IOException("disk") };
        await using var host = new TestHost(storage: storage);

        await Assert.ThrowsAsync<IOException>(() => host.Client.GetGrain<ICounter>("a").Read());
        storage.Failure = null;

        Assert.Equal(0, (await host.Client.GetGrain<ICounter>("a").Read()).Value);
    }

    private static async Task WriteBehindItsBack(MemoryGrainStorage storage, int value)
    {
        var key = new GrainStateKey("count", "counter", "a");
        var record = await storage.ReadAsync(key, CancellationToken.None);
        var payload = new JsonGrainStateSerializer().Serialize(new Count { Value = value });
        await storage.WriteAsync(key, payload, record!.Etag, CancellationToken.None);
    }

    internal sealed class Count
    {
        public int Value { get; set; }
    }

    internal interface ICounter : IGrainWithStringKey
    {
        Task Add(int amount, bool write);

        Task<Guid> AddOrReread(int amount);

        Task Clear();

        Task<(int Value, bool Exists, string? Etag)> Read();
    }

    internal sealed class CounterGrain(
        [PersistentState("count", "store")] IPersistentState<Count> count,
        ProbeLog log,
        [PersistentState("other", "store")] IPersistentState<Count> other) : Grain, ICounter
    {
        private readonly Guid _incarnation = Guid.NewGuid();

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            log.Add($"read {count.RecordExists} {other.RecordExists}");
            return Task.CompletedTask;
        }

        public async Task Add(int amount, bool write)
        {
            count.State.Value += amount;
            if (write)
            {
                await count.WriteStateAsync();
            }
        }

        public async Task<Guid> AddOrReread(int amount)
        {
            try
            {
                await Add(amount, write: true);
            }
            catch (InconsistentStateException)
            {
                await count.ReadStateAsync();
                await Add(amount, write: true);
            }

            return _incarnation;
        }

        public Task Clear() => count.ClearStateAsync();

        public Task<(int Value, bool Exists, string? Etag)> Read() =>
            Task.FromResult((count.State.Value, count.RecordExists, count.Etag));
    }

    private sealed class FailingStorage : IGrainStorage
    {
        private readonly MemoryGrainStorage _inner = new();

        public Exception? Failure { get; set; }

        public Task<GrainStateRecord?> ReadAsync(GrainStateKey key, CancellationToken cancellationToken) =>
            Failure is null
                ? _inner.ReadAsync(key, cancellationToken)
                : Task.FromException<GrainStateRecord?>(Failure);

        public Task<string> WriteAsync(
            GrainStateKey key, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken) =>
            _inner.WriteAsync(key, payload, etag, cancellationToken);

        public Task ClearAsync(GrainStateKey key, string? etag, CancellationToken cancellationToken) =>
            _inner.ClearAsync(key, etag, cancellationToken);
    }
}
