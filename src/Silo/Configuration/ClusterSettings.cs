namespace Commission.Silo.Configuration;

/// <summary>
/// The silos of the cluster build: how they find and reach each other, and how soon one that died is left behind. Of
/// these the default build heeds <see cref="DrainSeconds"/> alone.
/// </summary>
public sealed class ClusterSettings
{
    /// <summary>Names the cluster: silos with the same name, on the same database, are one. 1 to 64 letters, digits,
    /// '-', '_' and '.'.</summary>
    public string ClusterId { get; set; } = "commission";

    /// <summary>Names what the cluster serves, for longer than any cluster lasts: Orleans' reminders and stream
    /// subscriptions are kept by it. As <see cref="ClusterId"/>.</summary>
    public string ServiceId { get; set; } = "commission";

    /// <summary>
    /// Where other silos reach this one: an IP address, or a host name, which is looked up once at start. Empty: an
    /// address of this machine, one with a way out before others. Not heeded without PostgreSQL: then there are no
    /// others.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>With each other, 1 to 65,535; on all addresses with PostgreSQL, else on the loopback address.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>With Orleans clients in other processes, on the same addresses; 0: none may connect.</summary>
    public int ClientPort { get; set; }

    /// <summary>Seconds between two looks of a silo at another, and in which it must answer, 1 to 60.</summary>
    public int ProbeSeconds { get; set; } = 1;

    /// <summary>Looks in a row without an answer until a silo is suspected, 1 to 20.</summary>
    public int MissedProbes { get; set; } = 3;

    /// <summary>Silos that must suspect one until it counts as dead, 1 to 10; of fewer others, all.</summary>
    public int Votes { get; set; } = 2;

    /// <summary>Hours for which a dead silo is listed, 1 to 8,760.</summary>
    public int ForgetHours { get; set; } = 24;

    /// <summary>
    /// Seconds, 0 to 600, for which a silo that is told to stop goes on answering while its health says NOT_SERVING: so
    /// long load balancers may take to send calls elsewhere.
    /// </summary>
    public int DrainSeconds { get; set; }

    /// <summary>The settings that are out of range can be told by these.</summary>
    internal IEnumerable<(string Key, int Value, int Min, int Max)> Ranges =>
    [
        ("Cluster:SiloPort", SiloPort, 1, 65535),
        ("Cluster:ClientPort", ClientPort, 0, 65535),
        ("Cluster:ProbeSeconds", ProbeSeconds, 1, 60),
        ("Cluster:MissedProbes", MissedProbes, 1, 20),
        ("Cluster:Votes", Votes, 1, 10),
        ("Cluster:ForgetHours", ForgetHours, 1, 8760),
        ("Cluster:DrainSeconds", DrainSeconds, 0, 600),
    ];
}
