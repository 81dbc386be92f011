using Commission.Embedded.Runtime;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Streams;

/// <summary>One subscriber: its bounded queue, and the delivery of one item at a time.</summary>
internal sealed partial class StreamSubscription<T>(
    StreamHub<T> hub, Func<T, StreamSequenceToken?, Task> handler, DeliveryQueue deliveries)
    : StreamSubscriptionHandle<T>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<(T Item, SequenceToken Token)> _items = new();
    private bool _delivering;
    private bool _closed;

    public override StreamId StreamId => hub.StreamId;

    public override string ProviderName => hub.Provider.Name;

    public override Guid HandleId { get; } = Guid.NewGuid();

    public override Task UnsubscribeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _items.Clear();
        }

        hub.Unsubscribe(this);
        deliveries.Detach(this);
    }

    internal void Push(T item, SequenceToken token)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            if (_items.Count == hub.Provider.QueueLimit)
            {
                _items.Dequeue();
                hub.Provider.Runtime.CountDroppedStreamItem();
            }

            _items.Enqueue((item, token));
        }
    }

    /// <summary>Has the next item delivered, unless a delivery is under way: that one goes on with it.</summary>
    internal void Deliver()
    {
        lock (_lock)
        {
            if (_delivering || _items.Count == 0)
            {
                return;
            }

            _delivering = true;
        }

        deliveries.Enqueue(DeliverOneAsync);
    }

    private async Task DeliverOneAsync(Request? request)
    {
        try
        {
            if (TryTake(out var next))
            {
                await handler(next.Item, next.Token);
            }
        }
        catch (InconsistentStateException exception) when (request?.NoteStale(exception) == true)
        {
            throw;
        }
        catch (Exception exception)
        {
            // The publisher is not concerned by what a subscriber does, so only the log is told.
            LogDelivery(hub.Provider.Runtime.Logger, exception, hub.StreamId);
        }
        finally
        {
            request?.Activation.Complete(request);
            GoOn();
        }
    }

    private void GoOn()
    {
        lock (_lock)
        {
            _delivering = false;
        }

        Deliver();
    }

    private bool TryTake(out (T Item, SequenceToken Token) next)
    {
        lock (_lock)
        {
            return _items.TryDequeue(out next);
        }
    }

    [LoggerMessage(5, LogLevel.Warning, "A subscriber of stream {StreamId} failed; it gets the next item.")]
    private static partial void LogDelivery(ILogger logger, Exception exception, StreamId streamId);
}
