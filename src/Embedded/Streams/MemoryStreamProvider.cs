using System.Collections.Concurrent;
using Commission.Embedded.Hosting;

namespace Commission.Embedded.Streams;

/// <summary>Streams within the process. Only those with subscribers take up memory.</summary>
internal sealed class MemoryStreamProvider(string name, int queueLimit, EmbeddedGrainRuntime runtime) : IStreamProvider
{
    private readonly ConcurrentDictionary<StreamId, object> _hubs = new();
    private long _lastSequence;

    public string Name => name;

    internal int QueueLimit => queueLimit;

    internal EmbeddedGrainRuntime Runtime => runtime;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new MemoryStream<T>(this, streamId);

    internal StreamHub<T>? FindHub<T>(StreamId streamId) =>
        _hubs.TryGetValue(streamId, out var hub) ? Typed<T>(hub, streamId) : null;

    internal StreamHub<T> GetHub<T>(StreamId streamId)
    {
        var hub = _hubs.GetOrAdd(
            streamId,
            static (id, provider) => new StreamHub<T>(provider, id, Volatile.Read(ref provider._lastSequence)),
            this);
        return Typed<T>(hub, streamId);
    }

    /// <summary>Forgets a stream without subscribers; should it come back, its numbers go on above.</summary>
    internal void Remove(StreamId streamId, object hub, long lastSequence)
    {
        var known = Volatile.Read(ref _lastSequence);
        while (known < lastSequence)
        {
            var seen = Interlocked.CompareExchange(ref _lastSequence, lastSequence, known);
            known = seen == known ? lastSequence : seen;
        }

        _hubs.TryRemove(KeyValuePair.Create(streamId, hub));
    }

    private static StreamHub<T> Typed<T>(object hub, StreamId streamId) =>
        hub as StreamHub<T>
        ?? throw new InvalidOperationException($"Stream {streamId} has subscribers for other items than {typeof(T)}.");
}

internal sealed class MemoryStream<T>(MemoryStreamProvider provider, StreamId streamId) : IAsyncStream<T>
{
    public StreamId StreamId => streamId;

    public string ProviderName => provider.Name;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        provider.FindHub<T>(streamId)?.Publish(item);
        return Task.CompletedTask;
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(Func<T, StreamSequenceToken?, Task> onNextAsync)
    {
        ArgumentNullException.ThrowIfNull(onNextAsync);
        var dispatcher = DeliveryQueue.ForCaller(provider.Runtime);
        StreamSubscription<T>? subscription;
        do
        {
            subscription = provider.GetHub<T>(streamId).Subscribe(onNextAsync, dispatcher);
        }
        while (subscription is null);
        return Task.FromResult<StreamSubscriptionHandle<T>>(subscription);
    }
}

internal sealed class SequenceToken(long sequenceNumber) : StreamSequenceToken
{
    public override long SequenceNumber { get; protected set; } = sequenceNumber;

    public override int EventIndex { get; protected set; }

    public override bool Equals(StreamSequenceToken? other) =>
        other is not null && SequenceNumber == other.SequenceNumber && EventIndex == other.EventIndex;
}
