using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Load.Watching;

/// <summary>One who watches a payee on a connection of its own, and notes when it saw which events.</summary>
/// <param name="rep">The payee.</param>
/// <param name="silo">Where it connects.</param>
/// <param name="shards">Of the silo's log.</param>
/// <param name="pause">How long it takes over each update while there is load; zero: none.</param>
internal sealed class Watcher(string rep, Uri silo, int shards, TimeSpan pause) : IDisposable
{
    private readonly RpcChannel _channel = new(silo);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _unhurried = pause > TimeSpan.Zero;

    public string Rep => rep;

    public bool IsSlow => pause > TimeSpan.Zero;

    /// <summary>
    /// When it saw which states, the first one first: how long after they were recorded, which is just before they are
    /// durable, and the highest event of each shard.
    /// </summary>
    public List<(long At, TimeSpan Age, long[] Events)> Sights { get; } = [];

    /// <summary>The update seen last that has an estimate.</summary>
    public EstimateUpdate Last { get; private set; } = new();

    /// <summary>Changes that were not shown by an update of their own.</summary>
    public long Conflated { get; private set; }

    /// <summary>Updates that did not say how many changes lie between them and the one before.</summary>
    public int Gaps { get; private set; }

    /// <summary>Done when the first state is there.</summary>
    public Task Opened => _open.Task;

    /// <summary>Reads on as fast as the others.</summary>
    public void Hurry() => _unhurried = false;

    /// <summary>Watches until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        var method = EarningsReflection.Descriptor.Services[0].FindMethodByName("WatchEstimate");
        var updates = _channel.ServerStreamAsync<WatchEstimateRequest, EstimateUpdate>(
            method, new WatchEstimateRequest { Rep = rep }, null, cancellation);
        try
        {
            await foreach (var update in updates)
            {
                Note(update);
                if (_unhurried)
                {
                    await Task.Delay(pause, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (Exception failure)
        {
            _open.TrySetException(failure);
            throw;
        }
    }

    /// <summary>The moment at which it had seen an event; 0: never.</summary>
    public long Saw(Position position)
    {
        var (low, high) = (0, Sights.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Sights[middle].Events[position.Shard] >= position.Number ? (low, middle) : (middle + 1, high);
        }

        return low < Sights.Count ? Sights[low].At : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private void Note(EstimateUpdate update)
    {
        if (update.Estimate is null)
        {
            return;
        }

        var at = TimeProvider.System.GetTimestamp();
        if (Last.Estimate is not null && update.Sequence != Last.Sequence + 1 + update.Conflated)
        {
            Gaps++;
        }

        var events = new long[shards];
        foreach (var position in update.Estimate.AsOf.Log)
        {
            events[position.Shard] = position.Number;
        }

        var recorded = update.Estimate.AsOf.Time?.ToDateTimeOffset();
        Sights.Add((at, recorded is { } time ? TimeProvider.System.GetUtcNow() - time : TimeSpan.Zero, events));
        Conflated += update.Conflated;
        Last = update;
        _open.TrySetResult();
    }
}
