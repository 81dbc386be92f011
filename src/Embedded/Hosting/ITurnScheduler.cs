namespace Commission.Embedded.Hosting;

/// <summary>Where and in which order activations get to run. All queued turns of all grains go through it.</summary>
public interface ITurnScheduler
{
    /// <summary>Whether a call may run on its caller's thread when its grain is idle, past the scheduler.</summary>
    bool AllowsInlineCalls { get; }

    /// <summary>How many turns an activation takes in one go before it goes to the back; at least 1.</summary>
    int MaxTurnsPerRun { get; }

    /// <summary>
    /// Sees to it that <see cref="IThreadPoolWorkItem.Execute"/> is called once, soon, and not from within this call.
    /// </summary>
    void Schedule(IThreadPoolWorkItem work);
}
