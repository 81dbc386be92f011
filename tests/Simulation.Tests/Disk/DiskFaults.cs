namespace Commission.Simulation.Tests.Disk;

/// <summary>How often a simulated disk misbehaves, in percent of its transactions or reads.</summary>
internal sealed class DiskFaults
{
    /// <summary>A transaction that fails and leaves no trace.</summary>
    public int Failed { get; init; }

    /// <summary>A transaction whose outcome its writers do not learn; half of them are written.</summary>
    public int Unknown { get; init; }

    /// <summary>A read that fails.</summary>
    public int Unreadable { get; init; }

    /// <summary>A sync that takes seconds.</summary>
    public int Slow { get; init; }

    /// <summary>Whether faults happen now.</summary>
    public bool Enabled { get; set; }

    /// <summary>How many happened.</summary>
    public long Happened { get; set; }
}

/// <summary>The bugs that can be planted, to see that they are found.</summary>
public enum PlantedBug
{
    None,

    /// <summary>Writes are taken whatever number they expect.</summary>
    NoFence,

    /// <summary>Writes are acknowledged before they are durable.</summary>
    EarlyAcknowledgement,

    /// <summary>A payee's account holds what changed about a deal, not what stands.</summary>
    Difference,

    /// <summary>The shard's cursor is stored ahead of what is credited.</summary>
    EarlyCursor,

    /// <summary>A record that does not match its checksum is left out of what is read.</summary>
    SkippedRecord,
}
