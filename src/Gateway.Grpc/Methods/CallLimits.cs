namespace Commission.Gateway.Grpc;

/// <summary>
/// How many calls are under way at a time. One more is refused with RESOURCE_EXHAUSTED before its request is read, so
/// that what waits in the process is bounded however many clients there are. Safe for concurrent use.
/// </summary>
/// <param name="calls">The most calls with one response at a time.</param>
/// <param name="streams">The most calls with a stream of responses, such as watches; they may last for days.</param>
/// <param name="retryAfter">What a refused caller is told to wait.</param>
public sealed class CallLimits(int calls, int streams, TimeSpan retryAfter)
{
    private int _calls;
    private int _streams;

    /// <summary>Calls with one response that are under way.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Calls with a stream of responses that are under way.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Counts a call; to be followed by <see cref="Leave"/> when it ends.</summary>
    /// <exception cref="RpcError">RESOURCE_EXHAUSTED: there are too many; it is not counted.</exception>
    internal void Enter(RpcContext call)
    {
        var isStream = IsStream(call);
        var (count, most) = isStream
            ? (Interlocked.Increment(ref _streams), streams)
            : (Interlocked.Increment(ref _calls), calls);
        call.IsCounted = true;
        if (count > most)
        {
            Leave(call);
            throw new RpcError(
                RpcStatus.ResourceExhausted, $"The server answers {most} calls of this kind already; try again.")
                .WithReason("OVERLOADED", "commission")
                .WithRetryAfter(retryAfter);
        }
    }

    /// <summary>Ends the count of a call, if it was counted.</summary>
    internal void Leave(RpcContext call)
    {
        if (!call.IsCounted)
        {
            return;
        }

        call.IsCounted = false;
        if (IsStream(call))
        {
            Interlocked.Decrement(ref _streams);
        }
        else
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    private static bool IsStream(RpcContext call) => call.Method.Kind is RpcKind.ServerStream or RpcKind.Duplex;
}
