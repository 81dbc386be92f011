namespace Commission.Grains.Journals;

/// <summary>
/// Collects what arrives while an append is under way and appends it together. Only for use inside one grain: it relies
/// on the grain's turns never running in parallel.
/// </summary>
internal abstract class Batcher<T>
{
    // Both null while nothing waits: of a million grains that do nothing, none has room for what may come.
    private List<T>? _waiting;
    private TaskCompletionSource? _appended;
    private bool _running;
    private int _underWay;

    /// <summary>
    /// How many items are not appended yet: those of the append that is under way, and those behind it.
    /// </summary>
    public int Unfinished => (_waiting?.Count ?? 0) + _underWay;

    /// <summary>Returns when the item is durable and applied. Items are appended in the order of these calls.</summary>
    protected Task AddAsync(T item)
    {
        (_waiting ??= []).Add(item);
        var appended = (_appended ??= NewPromise()).Task;
        if (!_running)
        {
            _running = true;
            _ = RunAsync();
        }

        return appended;
    }

    /// <summary>Makes a batch durable, then applies it. Fails as a whole.</summary>
    protected abstract Task AppendAsync(IReadOnlyList<T> batch);

    private static TaskCompletionSource NewPromise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (_waiting is { } batch)
        {
            var promise = _appended!;
            (_waiting, _appended, _underWay) = (null, null, batch.Count);
            try
            {
                await AppendAsync(batch);
                promise.SetResult();
            }
            catch (Exception failure)
            {
                // Whoever waits for this batch learns of it; the next batch is tried on its own.
                promise.SetException(failure);
            }
        }

        _running = false;
        _underWay = 0;
    }
}
