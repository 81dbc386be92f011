using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Grains.History;
using Commission.Grains.Reps;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Forecasts;

/// <summary>Says what it takes a payee to earn a sum.</summary>
internal static class RepGoals
{
    // The search among many is greedy, in the square of their number.
    private const int MostOpenDeals = 500;

    /// <summary>What it takes.</summary>
    public static Answer<Api.SeekGoalReply> Of(PastState state, Api.SeekGoalRequest request)
    {
        var fields = new Fields();
        var on = fields.OptionalDay("on", request.On) ?? state.Today;
        var goal = fields.Measure("amount", request.Amount);
        if (request.Amount.Length == 0)
        {
            fields.Refuse("amount", "An amount is required: decimal text such as 12000.");
        }

        if (!Enum.IsDefined(request.Scope))
        {
            fields.Refuse("scope", "Expected WINDOWS or STATEMENT.");
        }

        var step = StepOf(request, fields);
        if (!fields.Refused && state.Books.Estimate(on) is null)
        {
            return RepAnswers.Unassigned(state.Payee.Id, on);
        }

        return fields.Refused ? fields.Refusals : Seek(state, request, on, goal!.Value, step);
    }

    private static decimal? StepOf(Api.SeekGoalRequest request, Fields fields)
    {
        var step = fields.OptionalNumber("step", request.Step);
        if (step is < GoalSeeking.FinestStep or > DealChecks.MaxMagnitude)
        {
            fields.Refuse("step", $"{request.Step} is no step that can be searched in: expected "
                + $"{GoalSeeking.FinestStep.ToText()} to {DealChecks.MaxMagnitude.ToText()}.");
        }

        return step;
    }

    private static Answer<Api.SeekGoalReply> Seek(
        PastState state, Api.SeekGoalRequest request, DateOnly on, decimal goal, decimal? step)
    {
        var (books, estimate) = (state.Books, state.Books.Estimate(on)!);
        var components = RepForecasts.PlanOf(books, estimate).Components
            .Where(component => request.Component.Length == 0 || component.Id == request.Component).ToList();
        if (components.Count == 0)
        {
            var ids = estimate.Components.Select(component => component.Component);
            return new Refusal(RefusalReason.InvalidField, "component",
                $"Plan '{estimate.Plan}' has no component '{request.Component}': expected {string.Join(", ", ids)}.");
        }

        var code = estimate.Currency.Code;
        if (goal != decimal.Round(goal, 9))
        {
            return new Refusal(RefusalReason.InvalidField, "amount", "Expected at most 9 decimals.");
        }

        var scope = request.Scope == Api.GoalScope.Statement ? GoalScope.Period : GoalScope.Windows;
        var reply = new Api.SeekGoalReply
        {
            Rep = state.Payee.Id,
            Plan = estimate.Plan,
            On = on.ToText(),
            Goal = MoneyMapping.ToMoney(goal, code),
            AsOf = state.Account.AsOf,
        };
        reply.Components.AddRange(components.Select(component =>
            books.SeekMeasure(on, component.Id, goal, scope, step).ToApi(component, code)));
        var open = Open(books, on);
        reply.OpenDeals = books.SeekDeals(on, goal, open, scope).ToApi(code);
        if (open.Count < books.Pipeline.Count)
        {
            reply.OpenDeals.Exact = false;
            reply.Notices.Add($"many-open-deals: of {books.Pipeline.Count} only the {open.Count} with the largest "
                + "amounts were searched.");
        }

        return reply;
    }

    /// <summary>The open deals as they would close: none before the day.</summary>
    private static List<DealCredit> Open(RepBooks books, DateOnly on) =>
    [
        .. books.Pipeline
            .Select(credit => credit.Deal.Credited >= on
                ? credit
                : credit with { Deal = credit.Deal with { Credited = on } })
            .OrderByDescending(credit => credit.Deal.Amount).ThenBy(credit => credit.Deal.Id, StringComparer.Ordinal)
            .Take(MostOpenDeals),
    ];
}
