using Commission.Contracts.Grains;
using Commission.Grains.Journals;
using Commission.Storage;

namespace Commission.Simulation.Tests.Running;

/// <summary>Failures that a client gets over by sending the same again.</summary>
internal static class Transient
{
    public static bool Is(Exception failure) => failure is ProcessLostException or ShardMovedException
        or CorruptRecordException or StoreUnavailableException or FencedException or InconsistentStateException
        or GrainRuntimeStoppedException;

    public static bool Is(Refusal refusal) => refusal.Reason is RefusalReason.StoreUnavailable
        or RefusalReason.ConcurrentChange or RefusalReason.Overloaded or RefusalReason.DamagedRecord;
}
