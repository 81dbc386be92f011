using Commission.Storage;

namespace Commission.Simulation.Tests.Disk;

/// <summary>
/// One process's way to the disk: writes wait for the next sync, all that wait are one transaction, and only then are
/// they acknowledged. A crash loses what waits, or some of it.
/// </summary>
internal sealed partial class SimulatedStore(SimulatedDisk disk)
{
    private readonly TaskCompletionSource _never = new();
    private List<Pending> _waiting = [];
    private ITimer? _sync;
    private bool _crashed;

    /// <summary>The process is gone. Of the transaction under way all survives, nothing, or the first writes.</summary>
    public void Crash()
    {
        lock (disk.Gate)
        {
            _crashed = true;
            _sync?.Dispose();
            var survive = disk.Draw(3) switch { 0 => 0, 1 => _waiting.Count, _ => disk.Draw(_waiting.Count + 1) };
            _waiting.Take(survive).ToList().ForEach(one => disk.Commit(one.Write));
            disk.Forget(_waiting.Skip(survive).Select(one => one.Write));
            _waiting = [];
        }
    }

    private Task<T> WriteAsync<T>(Func<MemoryStore, Task<T>> write, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(ct);
        }

        lock (disk.Gate)
        {
            var pending = new Pending<T>(write);
            if (_crashed)
            {
                return NeverAsync<T>();
            }

            if (disk.Bug == PlantedBug.EarlyAcknowledgement)
            {
                disk.ShowEarly(pending.Write);
                pending.Finish(failure: null);
            }

            _waiting.Add(pending);
            _sync ??= disk.Time.CreateTimer(
                static store => ((SimulatedStore)store!).Sync(), this, disk.SyncTime(), Timeout.InfiniteTimeSpan);
            return pending.Done;
        }
    }

    private void Sync()
    {
        List<Pending> batch;
        StorageException? failure;
        lock (disk.Gate)
        {
            if (_crashed)
            {
                return;
            }

            _sync?.Dispose();
            _sync = null;
            (batch, _waiting) = (_waiting, []);
            failure = Commit(batch);
        }

        batch.ForEach(pending => pending.Finish(failure));
    }

    private StoreUnavailableException? Commit(List<Pending> batch)
    {
        if (disk.Happens(disk.Faults.Failed))
        {
            disk.Forget(batch.Select(one => one.Write));
            return new StoreUnavailableException("The disk is full.", null, nothingWritten: true, canContinue: true);
        }

        var isUnknown = disk.Happens(disk.Faults.Unknown);
        if (isUnknown && disk.Draw(2) == 0)
        {
            disk.Forget(batch.Select(one => one.Write));
        }
        else
        {
            batch.ForEach(one => disk.Commit(one.Write));
        }

        return isUnknown
            ? new StoreUnavailableException("The sync failed.", null, nothingWritten: false, canContinue: true)
            : null;
    }

    private Task<T> ReadAsync<T>(Func<MemoryStore, Task<T>> read, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(ct);
        }

        lock (disk.Gate)
        {
            if (_crashed)
            {
                return NeverAsync<T>();
            }

            var failed = disk.Happens(disk.Faults.Unreadable);
            var found = failed ? Task.FromException<T>(Unreadable()) : read(disk.Visible);
            return disk.Draw(3) == 0 ? LaterAsync(found) : found;
        }
    }

    private async Task<T> LaterAsync<T>(Task<T> found)
    {
        await Task.Delay(TimeSpan.FromMicroseconds(disk.Draw(4000) + 1), disk.Time);
        return await (_crashed ? NeverAsync<T>() : found);
    }

    private async Task<T> NeverAsync<T>()
    {
        await _never.Task;
        throw new InvalidOperationException("A process that crashed goes on.");
    }

    private static StoreUnavailableException Unreadable() =>
        new("The disk does not answer.", null, nothingWritten: true, canContinue: true);

    private abstract class Pending
    {
        /// <summary>Always the same delegate, so that it can be told from others.</summary>
        public abstract Action<MemoryStore> Write { get; }

        public abstract void Finish(StorageException? failure);
    }

    private sealed class Pending<T> : Pending
    {
        private readonly TaskCompletionSource<T> _done = new();
        private Task<T>? _result;

        public Pending(Func<MemoryStore, Task<T>> write) => Write = store => _result = write(store);

        public Task<T> Done => _done.Task;

        public override Action<MemoryStore> Write { get; }

        public override void Finish(StorageException? failure)
        {
            if (failure is not null)
            {
                _done.TrySetException(failure);
            }
            else if (_result!.Exception?.InnerException is { } wrong)
            {
                _done.TrySetException(wrong);
            }
            else
            {
                _done.TrySetResult(_result.Result);
            }
        }
    }
}
