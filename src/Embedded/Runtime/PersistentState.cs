using Commission.Embedded.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Embedded.Runtime;

/// <summary>A piece of state, as its activation sees it.</summary>
internal abstract class PersistentState
{
    public abstract Task ReadStateAsync(CancellationToken cancellationToken = default);
}

internal sealed class PersistentState<TState> : PersistentState, IPersistentState<TState>
{
    private readonly Activation _activation;
    private readonly GrainStateKey _key;
    private readonly IGrainStorage _storage;
    private readonly IGrainStateSerializer _serializer;

    internal PersistentState(Activation activation, PersistentStateAttribute where)
    {
        var services = activation.ActivationServices;
        _activation = activation;
        _key = new GrainStateKey(where.StateName, activation.Class.Name, activation.Key);
        _storage = services.GetRequiredKeyedService<IGrainStorage>(where.StorageName ?? "Default");
        _serializer = services.GetRequiredService<IGrainStateSerializer>();
        State = Activator.CreateInstance<TState>();
    }

    public TState State { get; set; }

    public string? Etag { get; private set; }

    public bool RecordExists => Etag is not null;

    public override async Task ReadStateAsync(CancellationToken cancellationToken = default)
    {
        var record = await _storage.ReadAsync(_key, cancellationToken);
        State = record is null
            ? Activator.CreateInstance<TState>()
            : _serializer.Deserialize<TState>(record.Payload);
        Etag = record?.Etag;
    }

    public async Task WriteStateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Etag = await _storage.WriteAsync(_key, _serializer.Serialize(State), Etag, cancellationToken);
        }
        catch (InconsistentStateException exception)
        {
            exception.Activation = _activation;
            throw;
        }
    }

    public async Task ClearStateAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _storage.ClearAsync(_key, Etag, cancellationToken);
        }
        catch (InconsistentStateException exception)
        {
            exception.Activation = _activation;
            throw;
        }

        Etag = null;
        State = Activator.CreateInstance<TState>();
    }
}
