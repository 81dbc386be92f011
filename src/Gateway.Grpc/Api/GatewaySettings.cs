namespace Commission.Gateway.Grpc.Api;

/// <summary>What the API's handlers are configured with; checked at start by the host.</summary>
public sealed class GatewaySettings
{
    /// <summary>The tenant that every caller belongs to: lower-case letters, digits and '-'.</summary>
    public string Tenant { get; set; } = "main";

    /// <summary>Shards of the deal log; the same as the grains'.</summary>
    public int Shards { get; set; } = 8;

    /// <summary>Events of one stream that may be recorded and not yet acknowledged.</summary>
    public int StreamWindow { get; set; } = 1024;

    /// <summary>Bytes of the events of one stream that may be recorded and not yet acknowledged.</summary>
    public long StreamBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Calls with one response that may be under way at a time; beyond, they are refused.</summary>
    public int CallLimit { get; set; } = 10_000;

    /// <summary>Watches and streams of events that may be under way at a time; beyond, they are refused.</summary>
    public int StreamLimit { get; set; } = 20_000;

    /// <summary>
    /// Whether leaderboards hide from a caller the names of those whose pay he may not see; ranks and relative figures
    /// are shown.
    /// </summary>
    public bool AnonymousBoards { get; set; }

    /// <summary>How long a watch is silent at most.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
