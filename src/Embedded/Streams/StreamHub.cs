namespace Commission.Embedded.Streams;

/// <summary>A stream that has subscribers: numbers the items and puts them in the subscribers' queues.</summary>
internal sealed class StreamHub<T>(MemoryStreamProvider provider, StreamId streamId, long lastSequence)
{
    private readonly Lock _lock = new();
    private StreamSubscription<T>[] _subscriptions = [];
    private long _lastSequence = lastSequence;
    private bool _closed;

    internal MemoryStreamProvider Provider => provider;

    internal StreamId StreamId => streamId;

    internal void Publish(T item)
    {
        StreamSubscription<T>[] subscriptions;
        lock (_lock)
        {
            subscriptions = _subscriptions;
            var token = new SequenceToken(++_lastSequence);
            foreach (var subscription in subscriptions)
            {
                subscription.Push(item, token);
            }
        }

        foreach (var subscription in subscriptions)
        {
            subscription.Deliver();
        }
    }

    /// <summary>The new subscription, or null if the stream was forgotten meanwhile.</summary>
    internal StreamSubscription<T>? Subscribe(Func<T, StreamSequenceToken?, Task> handler, DeliveryQueue deliveries)
    {
        var subscription = new StreamSubscription<T>(this, handler, deliveries);
        lock (_lock)
        {
            if (_closed)
            {
                return null;
            }

            _subscriptions = [.. _subscriptions, subscription];
        }

        deliveries.Attach(subscription);
        return subscription;
    }

    internal void Unsubscribe(StreamSubscription<T> subscription)
    {
        lock (_lock)
        {
            _subscriptions = [.. _subscriptions.Where(other => !ReferenceEquals(other, subscription))];
            _closed = _subscriptions.Length == 0;
            if (_closed)
            {
                provider.Remove(streamId, this, _lastSequence);
            }
        }
    }
}
