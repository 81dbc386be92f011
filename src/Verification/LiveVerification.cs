using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.V1;
using Commission.Storage;

namespace Commission.Verification;

/// <summary>
/// Recomputes a tenant's figures from the log and its documents, by the engine alone, and compares them with what the
/// grains answer while they work.
/// </summary>
/// <param name="log">Read to its heads.</param>
/// <param name="ledger">Read where a grain's answer differs, to tell why.</param>
/// <param name="catalog">The documents.</param>
/// <param name="states">The shards' cursors.</param>
/// <param name="grains">Reaches the grains.</param>
/// <param name="shards">How many the log has.</param>
/// <param name="time">For pauses.</param>
public sealed class LiveVerification(
    IDealLog log,
    ILedger ledger,
    ICatalog catalog,
    IGrainStateStore states,
    IGrainFactory grains,
    int shards,
    TimeProvider time)
{
    /// <summary>Differences sent where the request does not say how many.</summary>
    public const int UsualDifferences = 200;

    /// <summary>Verifies; ends with a summary. Memory grows with the tenant's deals, some 0.5 KiB for each.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="request">Checked by the caller.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<VerifyUpdate> RunAsync(
        string tenant, VerifyRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Differences are limited, and progress is told a few hundred times: a slow reader costs no more than that.
        var updates = Channel.CreateUnbounded<VerifyUpdate>(new UnboundedChannelOptions { SingleReader = true });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var most = request.MostDifferences == 0 ? UsualDifferences : request.MostDifferences;
        var findings = new Findings(most, update => updates.Writer.TryWrite(update));
        var running = CompleteAsync(tenant, findings, updates.Writer, stopping.Token);
        try
        {
            await foreach (var update in updates.Reader.ReadAllAsync(cancellation))
            {
                yield return update;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await running;
        }
    }

    /// <summary>Whoever reads the updates learns of a failure at their end.</summary>
    private async Task CompleteAsync(
        string tenant, Findings findings, ChannelWriter<VerifyUpdate> updates, CancellationToken cancellation)
    {
        // Off the caller's turn, if it is a grain's.
        await Task.Yield();
        try
        {
            var reading = new LiveReading(tenant, new LiveStore(log, catalog, states, grains, shards), findings);
            await new LiveRun(tenant, reading, ledger, grains, findings, time).RunAsync(cancellation);
            updates.Complete();
        }
        catch (Exception failure)
        {
            updates.Complete(failure);
        }
    }
}
