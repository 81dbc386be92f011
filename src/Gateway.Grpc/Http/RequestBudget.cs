namespace Commission.Gateway.Grpc.Http;

/// <summary>
/// The bytes of large requests that are in memory at a time. Each is bounded by itself; without this, many clients that
/// send all but the end of a large one would fill the memory. Safe for concurrent use.
/// </summary>
/// <param name="most">Bytes of all requests together.</param>
internal sealed class RequestBudget(long most)
{
    /// <summary>Requests of up to so many bytes are not counted: the limit of calls bounds them.</summary>
    public const int Free = 64 * 1024;

    private long _taken;

    /// <summary>Takes bytes; false if there are not that many left.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
