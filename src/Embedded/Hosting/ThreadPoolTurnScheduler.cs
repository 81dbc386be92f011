namespace Commission.Embedded.Hosting;

/// <summary>Runs turns on the thread pool. The default.</summary>
public sealed class ThreadPoolTurnScheduler : ITurnScheduler
{
    /// <inheritdoc/>
    public bool AllowsInlineCalls => true;

    /// <inheritdoc/>
    public int MaxTurnsPerRun => 64;

    /// <inheritdoc/>
    public void Schedule(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
}
