using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Asks many payees, a bounded number at a time; what one refuses is not the others' refusal.</summary>
/// <param name="api">Reaches the grains.</param>
/// <param name="expected">The refusal that a grain's exception amounts to; null for a bug.</param>
internal sealed class ManyReps(ApiCall api, Func<Exception, Refusal?>? expected)
{
    /// <summary>The most payees of one call.</summary>
    public const int Most = 1000;

    private const int AtATime = 32;

    /// <summary>Each payee's estimate, in the order asked.</summary>
    public async Task<BatchGetEstimatesReply> EstimatesAsync(BatchGetEstimatesRequest request, RpcContext context)
    {
        var outcomes = new EstimateOutcome[request.Reps.Count];
        await ForEachAsync(request.Reps.Count, context, async i =>
        {
            var rep = request.Reps[i];
            var answer = await AskAsync($"reps[{i}]", rep, () => EstimateAsync(rep, request, context));
            outcomes[i] = answer.Value is { } estimate
                ? new EstimateOutcome { Rep = rep, Estimate = estimate }
                : new EstimateOutcome { Rep = rep, Refused = Refusals.ToRefused(answer.Refusals) };
        });
        return new BatchGetEstimatesReply { Outcomes = { outcomes } };
    }

    /// <summary>What a deal changes for each of those whom it concerns, in the order of their ids.</summary>
    /// <param name="parties">At most <see cref="Most"/>.</param>
    /// <param name="deal">Complete.</param>
    /// <param name="context">Of the call.</param>
    public async Task<IEnumerable<PayeePreview>> PreviewsAsync(
        IReadOnlyList<CreditedPayee> parties, Deal deal, RpcContext context)
    {
        var previews = new PayeePreview[parties.Count];
        await ForEachAsync(parties.Count, context, async i =>
        {
            var rep = parties[i].Rep;
            var answer = await AskAsync("rep", rep, async () => await api.Rep(context, rep).Preview(deal));
            previews[i] = new PayeePreview { Rep = rep, Roles = { parties[i].Roles } };
            if (answer.Value is { } preview)
            {
                previews[i].Preview = preview;
            }
            else
            {
                previews[i].Refused = Refusals.ToRefused(answer.Refusals);
            }
        });
        return previews.OrderBy(preview => preview.Rep, StringComparer.Ordinal);
    }

    private async Task<Answer<Estimate>> EstimateAsync(
        string rep, BatchGetEstimatesRequest request, RpcContext context) => request.AsOf is null
        ? await api.Rep(context, rep).GetEstimate(request.On.Length == 0 ? null : request.On)
        : await api.History(context, rep).GetEstimate(
            new GetEstimateRequest { Rep = rep, On = request.On, AsOf = request.AsOf }, context.CancellationToken);

    /// <summary>What a plan would change for a payee.</summary>
    /// <param name="rep">The payee.</param>
    /// <param name="field">Where the request names it.</param>
    /// <param name="request">What is tried.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<SimulatedPayee> SimulateAsync(
        string rep, string field, SimulateRep request, RpcContext context, CancellationToken cancellation)
    {
        var answer = await AskAsync(field, rep, () => api.History(context, rep).Simulate(request, cancellation));
        return answer.Value is { } change
            ? new SimulatedPayee { Rep = rep, Change = change }
            : new SimulatedPayee { Rep = rep, Refused = Refusals.ToRefused(answer.Refusals) };
    }

    /// <summary>How each of a team stands, in the order asked.</summary>
    /// <param name="team">The payees.</param>
    /// <param name="on">A day; null: today.</param>
    /// <param name="context">Of the call.</param>
    public async Task<TeamMember[]> PacesAsync(IReadOnlyList<Subordinate> team, string? on, RpcContext context)
    {
        var members = new TeamMember[team.Count];
        await ForEachAsync(team.Count, context, async i =>
        {
            var (rep, manager, level) = (team[i].Rep, team[i].Manager, team[i].Level);
            var answer = await AskAsync("rep", rep, async () => await api.Rep(context, rep).GetPace(on));
            // Grains may hand out what they keep.
            members[i] = answer.Value?.Clone()
                ?? new TeamMember { Rep = rep, Refused = Refusals.ToRefused(answer.Refusals) };
            (members[i].Manager, members[i].Level) = (manager, level);
        });
        return members;
    }

    /// <summary>Adds the totals to the territories of a tree.</summary>
    /// <param name="nodes">Are replaced.</param>
    /// <param name="on">A day; null: today.</param>
    /// <param name="context">Of the call.</param>
    public async Task<TerritoryNode[]> TotalsAsync(
        IReadOnlyList<TerritoryNode> nodes, string? on, RpcContext context)
    {
        var filled = new TerritoryNode[nodes.Count];
        await ForEachAsync(nodes.Count, context, async i =>
        {
            var node = nodes[i].Clone();
            var answer = await AskAsync(
                "territory", node.Territory, async () => await api.Territory(context, node.Territory).Totals(on));
            if (answer.Value is { } totals)
            {
                node.MergeFrom(totals);
            }
            else
            {
                node.Refused = Refusals.ToRefused(answer.Refusals);
            }

            filled[i] = node;
        });
        return filled;
    }

    private async Task<Answer<T>> AskAsync<T>(string field, string rep, Func<Task<Answer<T>>> ask)
        where T : class
    {
        if (ApiCall.WrongId(rep) is { } wrong)
        {
            return new Refusal(RefusalReason.InvalidField, field, wrong);
        }

        try
        {
            return await ask();
        }
        catch (Exception failure) when (expected?.Invoke(failure) is not null)
        {
            return expected(failure)!;
        }
    }

    private static Task ForEachAsync(int count, RpcContext context, Func<int, Task> each)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = AtATime, CancellationToken = context.CancellationToken,
        };
        return Parallel.ForAsync(0, count, options, async (i, _) => await each(i));
    }
}
