using System.Runtime.CompilerServices;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Recomputes a tenant's figures from the log, and tells what differs from the grains' answers.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="request">Checked already.</param>
/// <param name="cancellation">Ends it.</param>
/// <returns>Progress and differences as they come; at last the summary.</returns>
public delegate IAsyncEnumerable<VerifyUpdate> Verify(
    string tenant, VerifyRequest request, CancellationToken cancellation);

/// <summary>Handlers of commission.v1.Inspect.</summary>
internal sealed class InspectApi(ApiCall api, Verify? verify)
{
    private const int MostDifferences = 10_000;

    // Each reads the whole log and keeps all deals in memory.
    private const int MostAtATime = 2;

    private int _running;

    public async IAsyncEnumerable<VerifyUpdate> Verify(
        VerifyRequest request, RpcContext context, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (request.MostDifferences is < 0 or > MostDifferences)
        {
            const string expected = "Expected 0 to 10000.";
            throw RpcError.Invalid($"most_differences: {expected}", ("most_differences", expected));
        }

        if (verify is null)
        {
            throw new RpcError(RpcStatus.Unimplemented, "This silo was put together without verification.");
        }

        try
        {
            if (Interlocked.Increment(ref _running) > MostAtATime)
            {
                throw Refusals.ToError([new Refusal(
                    RefusalReason.Overloaded, "", $"{MostAtATime} verifications are under way already; try again.")]);
            }

            await foreach (var update in verify(api.TenantOf(context), request, cancellation))
            {
                yield return update;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
