namespace Commission.Hostile.Server;

/// <summary>What the server holds at one moment.</summary>
/// <param name="ManagedBytes">Managed memory in use after a full collection.</param>
/// <param name="WorkingSetBytes">Memory that the process has in use.</param>
/// <param name="PeakBytes">The most memory that the process has had in use.</param>
/// <param name="AllocatedBytes">All that was allocated since the start.</param>
/// <param name="Files">Open files and sockets.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Connections">Connections that are open.</param>
/// <param name="Requests">HTTP requests under way.</param>
/// <param name="Calls">Calls with one response under way.</param>
/// <param name="Streams">Watches and streams of events under way.</param>
/// <param name="LogLines">Lines that the log has, at the level that a silo has by default.</param>
/// <param name="LogErrors">Those of them that are errors.</param>
public sealed record Measurement(
    long ManagedBytes,
    long WorkingSetBytes,
    long PeakBytes,
    long AllocatedBytes,
    int Files,
    int Threads,
    long Connections,
    long Requests,
    int Calls,
    int Streams,
    long LogLines,
    long LogErrors);
