using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.History;
using Commission.Grains.Reps;
using Api = Commission.Contracts.V1;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.Plans;

/// <summary>Tries a plan that isn't published on a payee.</summary>
internal static class PlanTrial
{
    /// <summary>The span that is compared, in a summary without figures.</summary>
    public static Answer<Api.SimulationSummary> Prepare(Api.SimulatePlanRequest request, Plan plan, DateOnly today)
    {
        var fields = new Fields();
        var year = FiscalWindows.Of(
            WindowKind.Year, plan.YearStarts, today > plan.Effective ? today : plan.Effective);
        var (from, to) = (fields.OptionalDay("from", request.From), fields.OptionalDay("to", request.To));
        if (request.From.Length > 0 != request.To.Length > 0)
        {
            fields.Refuse(request.From.Length > 0 ? "to" : "from", "Expected both days, or neither.");
        }
        else if (from > to)
        {
            fields.Refuse("to", $"{request.To} is before {request.From}.");
        }

        return fields.Refused
            ? fields.Refusals
            : new Api.SimulationSummary
            {
                Plan = plan.Id, From = (from ?? year.Start).ToText(), To = (to ?? year.End).ToText(),
            };
    }

    /// <summary>What the plan would change for a payee.</summary>
    /// <param name="account">The payee's; both figures are of it.</param>
    /// <param name="documents">By which the payee's figures are.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="rates">By which deals in other currencies count in both.</param>
    /// <param name="request">The span, and whether the payee is to be assigned.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Answer<Api.SimulatedChange>> RunAsync(
        PastAccount account, RepDocuments documents, Plan plan, CurrencyRates rates, SimulateRep request,
        CancellationToken cancellation)
    {
        var tried = Assignments(documents.Assignments, plan, request.Assign);
        if (tried.SelectMany(assigned => assigned.Versions)
            .FirstOrDefault(version => version.Id == plan.Id && version.Currency != plan.Currency) is { } published)
        {
            // What an assignment earns is one sum, in one currency.
            return new Refusal(RefusalReason.InvalidField, "text.currency",
                $"'{plan.Id}' was published in {published.Currency.Code}: {plan.Currency.Code} can't be compared.");
        }

        var problems = tried.Where(assigned => assigned.Assignment.Plan == plan.Id)
            .SelectMany(assigned => PlanFormat.Check(plan, assigned.Assignment)).ToList();
        if (problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList() is { Count: > 0 } errors)
        {
            return errors.Select(error => new Refusal(RefusalReason.InvalidField, error.Path, error.Message))
                .ToImmutableArray();
        }

        var (from, to) = (DateOnly.Parse(request.From, null), DateOnly.Parse(request.To, null));
        var live = await account.BuildAsync(documents.Assignments, rates, cancellation);
        var trial = await account.BuildAsync(tried, rates, cancellation);
        var now = live.Books.EarnedByComponent(from, to);
        var simulated = trial.Books.EarnedByComponent(from, to);
        var change = new Api.SimulatedChange
        {
            Now = { Sums(now) }, Simulated = { Sums(simulated) }, AsOf = account.AsOf,
        };
        change.Components.AddRange(Components(now, simulated));
        change.Notices.AddRange(problems.Select(problem => $"{problem.Path}: {problem.Message}")
            .Distinct(StringComparer.Ordinal));
        if (!tried.Any(assigned => assigned.Assignment.Plan == plan.Id))
        {
            change.Notices.Add("not-assigned: the payee has no assignment that the plan could take the place of.");
        }

        return change;
    }

    /// <summary>The payee's assignments as they would be.</summary>
    private static ImmutableArray<PlanAssignment> Assignments(
        ImmutableArray<PlanAssignment> now, Plan plan, bool assign)
    {
        if (now.Any(assigned => assigned.Assignment.Plan == plan.Id))
        {
            return [.. now.Select(assigned => assigned.Assignment.Plan == plan.Id ? With(assigned, plan) : assigned)];
        }

        return assign ? [.. now.SelectMany(assigned => Split(assigned, plan))] : now;
    }

    /// <summary>As if the plan were published: of two versions for one day the later stands.</summary>
    private static PlanAssignment With(PlanAssignment assigned, Plan plan) => assigned with
    {
        Versions =
        [
            .. assigned.Versions.Where(version => version.Effective != plan.Effective).Append(plan)
                .OrderBy(version => version.Effective),
        ],
    };

    /// <summary>As if the payee changed to the plan on its effective day.</summary>
    private static IEnumerable<PlanAssignment> Split(PlanAssignment assigned, Plan plan)
    {
        var (first, changes) = (assigned.Assignment.From ?? DateOnly.MinValue, plan.Effective);
        if (first < changes)
        {
            var last = changes.AddDays(-1);
            yield return assigned.Assignment.To < changes
                ? assigned
                : assigned with { Assignment = assigned.Assignment with { To = last } };
        }

        if (!(assigned.Assignment.To < changes))
        {
            yield return new PlanAssignment(
                assigned.Assignment with { Plan = plan.Id, From = first < changes ? changes : first }, [plan]);
        }
    }

    private static IEnumerable<Api.Money> Sums(ImmutableArray<ComponentEarned> earned) => earned
        .GroupBy(one => one.Currency.Code, StringComparer.Ordinal).OrderBy(sum => sum.Key, StringComparer.Ordinal)
        .Select(sum => MoneyMapping.ToMoney(sum.Sum(one => one.Earned), sum.Key));

    private static IEnumerable<Api.SimulatedComponent> Components(
        ImmutableArray<ComponentEarned> now, ImmutableArray<ComponentEarned> simulated)
    {
        var (before, after) = (ByComponent(now), ByComponent(simulated));
        return before.Keys.Union(after.Keys).Select(component => new Api.SimulatedComponent
        {
            Plan = component.Plan,
            Component = component.Component,
            Now = before.GetValueOrDefault(component),
            Simulated = after.GetValueOrDefault(component),
        });
    }

    private static Dictionary<(string Plan, string Component), Api.Money> ByComponent(
        ImmutableArray<ComponentEarned> earned) => earned.GroupBy(one => (one.Plan, one.Component)).ToDictionary(
        part => part.Key,
        part => MoneyMapping.ToMoney(part.Sum(one => one.Earned), part.First().Currency.Code));
}
