using Commission.Contracts.Grains;
using Orleans.Runtime.Messaging;

namespace Commission.Silo.Hosting;

/// <summary>
/// What Orleans throws where a grain was not reached, or did not answer in time, as a refusal. All that a caller may
/// ask for is harmless when it is asked for twice, so that nobody has to know how far the first call came.
/// </summary>
internal static class CallFailures
{
    /// <summary>The refusal; null for what is no failure of a call.</summary>
    public static Refusal? RefusalOf(Exception failure) => failure switch
    {
        LimitExceededException or GatewayTooBusyException =>
            new(RefusalReason.Overloaded, "", "Too many calls wait for the same payee or deal; try again."),
        InconsistentStateException =>
            new(RefusalReason.ConcurrentChange, "", "Another activation serves it now: send the same again."),
        TimeoutException =>
            new(RefusalReason.SiloUnavailable, "", "The silo that serves it did not answer: send the same again."),
        OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException =>
            new(RefusalReason.SiloUnavailable, "", "The silo that serves it can't be reached: send the same again."),
        // Nobody here has cancelled it, or it would be said to have been: a connection between silos was closed.
        OperationCanceledException =>
            new(RefusalReason.SiloUnavailable, "", "The silo that serves it broke the call off: send the same again."),
        // Placement has no exception of its own for a moment without a silo that takes the grain.
        OrleansException when failure.GetType() == typeof(OrleansException) =>
            new(RefusalReason.SiloUnavailable, "", "No silo serves it at the moment: send the same again."),
        _ => null,
    };
}
