namespace Commission.Embedded;

/// <summary>Why an activation goes.</summary>
public enum DeactivationReasonCode
{
    /// <summary>No reason was given.</summary>
    None,

    /// <summary>The process stops.</summary>
    ShuttingDown,

    /// <summary>The grain could not be activated.</summary>
    ActivationFailed,

    /// <summary>It had nothing to do for the collection age.</summary>
    ActivationIdle,

    /// <summary>Its state turned out to be stale.</summary>
    ApplicationError,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested,

    /// <summary>The runtime was told to.</summary>
    RuntimeRequested,
}

/// <summary>Why an activation goes, for code and for people.</summary>
/// <param name="ReasonCode">The kind of reason.</param>
/// <param name="Description">The reason in words.</param>
/// <param name="Exception">What went wrong, if anything did.</param>
public readonly record struct DeactivationReason(
    DeactivationReasonCode ReasonCode,
    string Description,
    Exception? Exception = null);
