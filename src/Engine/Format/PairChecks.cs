using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Something about an assignment that only its plan can tell, by the names on the way to it.</summary>
internal sealed record PairProblem(
    ProblemSeverity Severity, ImmutableArray<string> Way, string Message, string? Hint = null);

/// <summary>What a plan and an assignment to it say together.</summary>
internal static class PairChecks
{
    /// <summary>What an assignment contradicts, lacks, or has for nothing.</summary>
    /// <param name="plans">The versions of its plan, at least one.</param>
    /// <param name="assignment">The assignment.</param>
    public static IEnumerable<PairProblem> Run(IReadOnlyList<Plan> plans, Assignment assignment) =>
        PlanItself(plans, assignment)
            .Concat(plans.SelectMany(plan => plan.Components).SelectMany(component => QuotaOf(component, assignment)))
            .Concat(plans.SelectMany(plan => plan.Components).SelectMany(component => TargetOf(component, assignment)))
            .Concat(Unused([.. plans.SelectMany(plan => plan.Components)], assignment))
            .Concat(PairWarnings.Run(plans, assignment));

    private static IEnumerable<PairProblem> PlanItself(IReadOnlyList<Plan> plans, Assignment assignment)
    {
        if (assignment.Plan != plans[0].Id)
        {
            var message = $"the assignment is to '{assignment.Plan}', but the plan is '{plans[0].Id}'";
            yield return Error(["plan"], message, plans[0].Id);
        }

        var first = plans.Min(plan => plan.Effective);
        if (assignment.To < first)
        {
            yield return Warning(["to"], $"the assignment ends before the plan takes effect on {Wording.Day(first)}");
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

    private static IEnumerable<PairProblem> Unused(ImmutableArray<Component> components, Assignment assignment)
    {
        var quotas = components.Select(component => component.Quota).OfType<string>().ToList();
        foreach (var name in Without(assignment.Quotas.Keys, quotas))
        {
            var message = $"no component of the plan uses the quota '{name}'";
            yield return Warning(["quotas", name], message, Nearest.To(name, quotas));
        }

        var ids = components.Select(component => component.Id).ToList();
        foreach (var name in Without(assignment.Targets.Keys, ids))
        {
            yield return Warning(["targets", name], $"the plan has no component '{name}'", Nearest.To(name, ids));
        }
    }

    private static IEnumerable<string> Without(IEnumerable<string> names, List<string> known) =>
        names.Except(known, StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static PairProblem Error(ImmutableArray<string> way, string message, string? hint = null) =>
        new(ProblemSeverity.Error, way, message, hint);

    internal static PairProblem Warning(ImmutableArray<string> way, string message, string? hint = null) =>
        new(ProblemSeverity.Warning, way, message, hint);
}
