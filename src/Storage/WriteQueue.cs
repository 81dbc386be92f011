namespace Commission.Storage;

/// <summary>
/// The operations that wait for the writer: bounded in number and bytes. Whoever finds it full waits, first come first
/// served, and may give up; once an operation is queued it will be carried out.
/// </summary>
internal sealed class WriteQueue<TOperation>(Type owner, int maxItems, long maxBytes)
    where TOperation : IQueued
{
    private readonly object _lock = new();
    private readonly Queue<TOperation> _queued = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private long _queuedBytes;
    private bool _closed;

    /// <summary>Completes when the operation is queued.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public Task EnqueueAsync(TOperation operation, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled(ct);
        }

        lock (_lock)
        {
            if (_closed)
            {
                return Task.FromException(new ObjectDisposedException(owner.FullName));
            }

            if (_waiters.Count == 0 && Fits(operation))
            {
                Admit(operation);
                return Task.CompletedTask;
            }

            var waiter = new Waiter(operation, ct);
            return WaitAsync(waiter, _waiters.AddLast(waiter));
        }
    }

    /// <summary>Moves all that is queued to <paramref name="batch"/>, waiting for something.</summary>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool Take(List<TOperation> batch)
    {
        lock (_lock)
        {
            while (_queued.Count == 0 && !_closed)
            {
                Monitor.Wait(_lock);
            }

            batch.AddRange(_queued);
            _queued.Clear();
            _queuedBytes = 0;
            AdmitWaiters();
            return batch.Count > 0;
        }
    }

    /// <summary>Refuses further operations, and those that wait. Those that are queued are still taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var waiter in _waiters)
            {
                waiter.Space.TrySetException(new ObjectDisposedException(owner.FullName));
            }

            _waiters.Clear();
            Monitor.Pulse(_lock);
        }
    }

    private async Task WaitAsync(Waiter waiter, LinkedListNode<Waiter> node)
    {
        using (waiter.Cancellation.Register(() => GiveUp(waiter, node)))
        {
            await waiter.Space.Task;
        }
    }

    private void GiveUp(Waiter waiter, LinkedListNode<Waiter> node)
    {
        lock (_lock)
        {
            if (waiter.Space.TrySetCanceled(waiter.Cancellation))
            {
                _waiters.Remove(node);
                AdmitWaiters();
            }
        }
    }

    private void AdmitWaiters()
    {
        while (_waiters.First is { } first && Fits(first.Value.Operation))
        {
            _waiters.RemoveFirst();
            Admit(first.Value.Operation);
            first.Value.Space.SetResult();
        }
    }

    private bool Fits(TOperation operation) =>
        _queued.Count == 0 || (_queued.Count < maxItems && _queuedBytes + operation.Bytes <= maxBytes);

    private void Admit(TOperation operation)
    {
        _queued.Enqueue(operation);
        _queuedBytes += operation.Bytes;
        Monitor.Pulse(_lock);
    }

    private sealed class Waiter(TOperation operation, CancellationToken cancellation)
    {
        public TOperation Operation { get; } = operation;

        public CancellationToken Cancellation { get; } = cancellation;

        public TaskCompletionSource Space { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What can wait in a <see cref="WriteQueue{TOperation}"/>.</summary>
internal interface IQueued
{
    /// <summary>What it counts for in the queue: payload, and a little for itself.</summary>
    long Bytes { get; }
}
