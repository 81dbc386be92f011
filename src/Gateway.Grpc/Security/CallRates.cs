using System.Threading.RateLimiting;

namespace Commission.Gateway.Grpc.Security;

/// <summary>
/// How many calls each caller may begin, so that none can take the silo from the others. What a stream carries is not
/// counted here: it is held back by its window. Safe for concurrent use; a caller who is silent takes no memory.
/// </summary>
/// <param name="perSecond">Calls in a second, at least 1; as many may come at once after a pause.</param>
public sealed class CallRates(int perSecond) : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Caller> _limiter = PartitionedRateLimiter.Create<Caller, (string, string)>(
        caller => RateLimitPartition.GetTokenBucketLimiter((caller.Tenant, caller.Subject), _ => Bucket(perSecond)));

    /// <summary>Counts a call.</summary>
    /// <exception cref="RpcError">RESOURCE_EXHAUSTED: too many.</exception>
    public void Enter(Caller caller)
    {
        using var lease = _limiter.AttemptAcquire(caller);
        if (!lease.IsAcquired)
        {
            throw new RpcError(
                RpcStatus.ResourceExhausted, $"'{caller.Subject}' began more than {perSecond} calls in a second.")
                .WithReason("RATE_LIMITED", "commission")
                .WithRetryAfter(lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Second);
        }
    }

    /// <summary>Stops counting.</summary>
    public void Dispose() => _limiter.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) => new()
    {
        TokenLimit = perSecond,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = Second,
        AutoReplenishment = false,
    };
}
