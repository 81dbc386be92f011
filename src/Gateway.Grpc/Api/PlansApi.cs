using System.Runtime.CompilerServices;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Plans.</summary>
internal sealed class PlansApi(ApiCall api, Simulations simulations)
{
    // Validation needs no plan of its own; any grain does it.
    private const string AnyPlan = "validation";

    public ValueTask<ValidatePlanReply> Validate(ValidatePlanRequest request, RpcContext context) =>
        api.Plan(context, AnyPlan).Validate(request.Text);

    public async ValueTask<PublishedPlan> Publish(PublishPlanRequest request, RpcContext context)
    {
        var valid = await api.Plan(context, AnyPlan).Validate(request.Text);
        if (!valid.Valid)
        {
            throw RefusePlan(valid);
        }

        var plan = api.Plan(context, valid.Plan);
        var published = (await plan.Publish(request.Text)).ValueOrThrow();
        while (request.Wait && published.Rollout.Finished is null)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            published.Rollout = (await plan.WaitRollout(published.Version, context.CancellationToken)).ValueOrThrow();
        }

        return published;
    }

    // "Get" is the name of the call.
    public async ValueTask<PublishedPlan> Get(GetPlanRequest request, RpcContext context) =>
        (await api.Plan(context, request.Plan).Get(request.Version)).ValueOrThrow();

    public async ValueTask<Rollout> GetRollout(GetRolloutRequest request, RpcContext context) =>
        (await api.Plan(context, request.Plan).GetRollout(request.Version)).ValueOrThrow();

    public async ValueTask<ListPlanVersionsReply> Versions(ListPlanVersionsRequest request, RpcContext context) =>
        (await api.Plan(context, request.Plan).Versions(request)).ValueOrThrow();

    public async ValueTask<DiffPlanReply> Diff(DiffPlanRequest request, RpcContext context) =>
        (await api.Plan(context, request.Plan).Diff(request)).ValueOrThrow();

    public async IAsyncEnumerable<SimulatePlanUpdate> Simulate(
        SimulatePlanRequest request,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var valid = await api.Plan(context, AnyPlan).Validate(request.Text);
        if (!valid.Valid)
        {
            throw RefusePlan(valid);
        }

        var summary = (await api.Plan(context, valid.Plan).PrepareSimulation(request)).ValueOrThrow();
        await foreach (var update in simulations.RunAsync(request, summary, context, cancellation))
        {
            yield return update;
        }
    }

    private static RpcError RefusePlan(ValidatePlanReply invalid)
    {
        var errors = invalid.Problems.Where(problem => problem.Severity == "error").ToList();
        var fields = errors.Select(problem =>
            ($"text:{problem.Line}:{problem.Column} {problem.Path}", Describe(problem)));
        return RpcError.Invalid($"The plan has {errors.Count} errors; the first: {Describe(errors[0])}", fields)
            .WithReason(Refusals.NameOf(RefusalReason.PlanInvalid), "commission");
    }

    private static string Describe(PlanProblem problem)
    {
        var hint = problem.Hint.Length > 0 ? $" Did you mean '{problem.Hint}'?" : "";
        return $"line {problem.Line}, column {problem.Column}, {problem.Path}: {problem.Message}{hint}";
    }
}
