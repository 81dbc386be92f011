namespace Commission.Embedded;

/// <summary>The stored record has another version than the writer's: someone else wrote in between.</summary>
public sealed class InconsistentStateException : Exception
{
    /// <summary>Creates it without versions.</summary>
    public InconsistentStateException()
        : this("The stored state has another version than expected.")
    {
    }

    /// <summary>Creates it without versions.</summary>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it without versions.</summary>
    public InconsistentStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates it with the stored version and the writer's.</summary>
    public InconsistentStateException(string message, string? storedEtag, string? currentEtag)
        : base($"{message} Stored version {storedEtag ?? "none"}, expected {currentEtag ?? "none"}.")
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>The version the store has; null if it has no record or does not tell.</summary>
    public string? StoredEtag { get; }

    /// <summary>The version the writer expected; null if it expected no record.</summary>
    public string? CurrentEtag { get; }

    internal Runtime.Activation? Activation { get; set; }
}

/// <summary>
/// A chain of calls came back to a grain that waits for it, by a method that may not interleave: it would wait for
/// ever. The message names the chain. A call counts as waited for even if its task is not awaited; where nobody
/// waits, <see cref="OneWayAttribute"/> says so. Two chains that wait for each other's grains are not noticed: let
/// calls between grain classes go one way.
/// </summary>
public sealed class GrainDeadlockException : Exception
{
    /// <summary>Creates it with a general message.</summary>
    public GrainDeadlockException()
        : this("The call would wait for itself.")
    {
    }

    /// <summary>Creates it with the chain in the message.</summary>
    public GrainDeadlockException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the chain in the message.</summary>
    public GrainDeadlockException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// The grain has as many unfinished requests as it may; this one was not accepted and had no effect.
/// </summary>
public sealed class GrainOverloadedException : Exception
{
    /// <summary>Creates it with a general message.</summary>
    public GrainOverloadedException()
        : this("The grain's mailbox is full.")
    {
    }

    /// <summary>Creates it with the grain and its limit in the message.</summary>
    public GrainOverloadedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the grain and its limit in the message.</summary>
    public GrainOverloadedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The grains of this process are being or have been stopped; the call had no effect.</summary>
public sealed class GrainRuntimeStoppedException : Exception
{
    /// <summary>Creates it with a general message.</summary>
    public GrainRuntimeStoppedException()
        : this("The grain runtime is stopping and takes no new calls.")
    {
    }

    /// <summary>Creates it with a message.</summary>
    public GrainRuntimeStoppedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message.</summary>
    public GrainRuntimeStoppedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
