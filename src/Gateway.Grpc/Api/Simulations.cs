using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Tries a plan on many payees, some at a time; what is worked out waits for its reader.</summary>
/// <param name="api">Reaches the grains.</param>
/// <param name="many">Asks payees.</param>
internal sealed class Simulations(ApiCall api, ManyReps many)
{
    private const int MostListed = 10_000;
    private const int AtATime = 8;
    private const int MostWaiting = 64;
    private const int Step = 100;
    private const int PageSize = 1000;

    /// <summary>Each payee's figures as they come, with progress, and at last the summary.</summary>
    /// <param name="request">Its plan is valid.</param>
    /// <param name="summary">With plan and span; filled in.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<SimulatePlanUpdate> RunAsync(
        SimulatePlanRequest request,
        SimulationSummary summary,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reps = await RepsAsync(request, summary.Plan, context, cancellation);
        var sums = new SimulationSums(summary);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var results = Channel.CreateBounded<SimulatedPayee>(MostWaiting);
        var working = WorkAsync(reps, request, summary, context, results.Writer, ended.Token);
        try
        {
            await foreach (var payee in results.Reader.ReadAllAsync(cancellation))
            {
                sums.Add(payee);
                yield return new SimulatePlanUpdate { Payee = payee };
                if (summary.Payees % Step == 0)
                {
                    yield return new SimulatePlanUpdate
                    {
                        Progress = new SimulationProgress { Done = summary.Payees, Total = reps.Count },
                    };
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            await working;
        }

        yield return new SimulatePlanUpdate { Summary = sums.ToSummary() };
    }

    /// <summary>Ends the channel with what failed, if anything did; does not throw.</summary>
    private async Task WorkAsync(
        IReadOnlyList<string> reps,
        SimulatePlanRequest request,
        SimulationSummary summary,
        RpcContext context,
        ChannelWriter<SimulatedPayee> results,
        CancellationToken cancellation)
    {
        var asked = new SimulateRep
        {
            Text = request.Text, From = summary.From, To = summary.To, Assign = request.Reps.Count > 0,
        };
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation };
        try
        {
            await Parallel.ForAsync(0, reps.Count, options, async (i, token) =>
                await results.WriteAsync(
                    await many.SimulateAsync(reps[i], $"reps[{i}]", asked, context, token), token));
            results.Complete();
        }
        catch (Exception failure)
        {
            // The reader of the results learns of it.
            results.Complete(failure);
        }
    }

    private async Task<IReadOnlyList<string>> RepsAsync(
        SimulatePlanRequest request, string plan, RpcContext context, CancellationToken cancellation)
    {
        if (request.Reps.Count > MostListed)
        {
            var expected = $"Expected at most {MostListed} payees; found {request.Reps.Count}.";
            throw RpcError.Invalid($"reps: {expected}", ("reps", expected));
        }

        return request.Reps.Count > 0
            ? [.. request.Reps.Distinct(StringComparer.Ordinal)]
            : await AssignedAsync(plan, context, cancellation);
    }

    private async Task<IReadOnlyList<string>> AssignedAsync(
        string plan, RpcContext context, CancellationToken cancellation)
    {
        var assigned = new List<string>();
        var request = new ListRepsRequest { PageSize = PageSize };
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var page = (await api.Directory(context).ListReps(request)).ValueOrThrow();
            assigned.AddRange(page.Reps.Where(rep => rep.Assignments.Any(on => on.Plan == plan))
                .Select(rep => rep.Rep_));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return assigned;
    }
}
