using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Something about an assignment that only its plan can tell, by the names on the way to it.</summary>
internal sealed record PairProblem(
    ProblemSeverity Severity, ImmutableArray<string> Way, string Message, string? Hint = null);

/// <summary>What a plan and an assignment to it say together.</summary>
internal static class PairChecks
{
    public static IEnumerable<PairProblem> Run(Plan plan, Assignment assignment) =>
        PlanItself(plan, assignment)
            .Concat(plan.Components.SelectMany(component => QuotaOf(component, assignment)))
            .Concat(plan.Components.SelectMany(component => TargetOf(component, assignment)))
            .Concat(Unused(plan, assignment));

    private static IEnumerable<PairProblem> PlanItself(Plan plan, Assignment assignment)
    {
        if (assignment.Plan != plan.Id)
        {
            var message = $"the assignment is to '{assignment.Plan}', but the plan is '{plan.Id}'";
            yield return Error(["plan"], message, plan.Id);
        }

        if (assignment.To < plan.Effective)
        {
            var message = $"the assignment ends before the plan takes effect on {plan.Effective:yyyy-MM-dd}";
            yield return Warning(["to"], message);
        }
    }

    private static IEnumerable<PairProblem> QuotaOf(Component component, Assignment assignment)
    {
        if (component.Quota is not { } name)
        {
            yield break;
        }

        if (!assignment.Quotas.TryGetValue(name, out var quota))
        {
            yield return Warning(
                ["quotas", name],
                $"there is no quota '{name}', which the component '{component.Id}' is measured against",
                Nearest.To(name, assignment.Quotas.Keys.Order(StringComparer.Ordinal)));
        }
        else if (quota.Window != component.Window)
        {
            var (own, wanted) = (Words.NameOf(quota.Window), Words.NameOf(component.Window));
            yield return Error(
                ["quotas", name, "window"],
                $"is {own}, but the component '{component.Id}' has the window {wanted}",
                wanted);
        }
    }

    private static IEnumerable<PairProblem> TargetOf(Component component, Assignment assignment)
    {
        var target = component.Pay switch
        {
            Pay.Curve curve => curve.Target,
            Pay.Matrix matrix => matrix.Target,
            _ => new Target(0),
        };
        if (target.Fixed is null && !assignment.Targets.ContainsKey(component.Id))
        {
            yield return Warning(
                ["targets", component.Id], $"there is no target for '{component.Id}', which therefore pays nothing",
                Nearest.To(component.Id, assignment.Targets.Keys.Order(StringComparer.Ordinal)));
        }
    }

    private static IEnumerable<PairProblem> Unused(Plan plan, Assignment assignment)
    {
        var quotas = plan.Components.Select(component => component.Quota).OfType<string>().ToList();
        foreach (var name in Without(assignment.Quotas.Keys, quotas))
        {
            var message = $"no component of the plan uses the quota '{name}'";
            yield return Warning(["quotas", name], message, Nearest.To(name, quotas));
        }

        var ids = plan.Components.Select(component => component.Id).ToList();
        foreach (var name in Without(assignment.Targets.Keys, ids))
        {
            yield return Warning(["targets", name], $"the plan has no component '{name}'", Nearest.To(name, ids));
        }
    }

    private static IEnumerable<string> Without(IEnumerable<string> names, List<string> known) =>
        names.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static PairProblem Error(ImmutableArray<string> way, string message, string? hint = null) =>
        new(ProblemSeverity.Error, way, message, hint);

    private static PairProblem Warning(ImmutableArray<string> way, string message, string? hint = null) =>
        new(ProblemSeverity.Warning, way, message, hint);
}
