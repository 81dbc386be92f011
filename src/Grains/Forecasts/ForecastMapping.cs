using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Forecasts;

/// <summary>The engine's forecasts, as the API says them.</summary>
internal static class ForecastMapping
{
    /// <summary>What a span earns with open deals.</summary>
    /// <param name="forecast">The figures.</param>
    /// <param name="kind">What the span is, such as "statement".</param>
    /// <param name="name">The span's name.</param>
    public static Api.PipelineSpan ToApi(this PipelineForecast forecast, string kind, string name) => new()
    {
        Kind = kind,
        Period = new Api.Period { Name = name, Start = forecast.From.ToText(), End = forecast.To.ToText() },
        Plan = forecast.Plan,
        Deals = forecast.Deals,
        UnknownProbabilities = forecast.UnknownProbabilities,
        Earned = ToApi(forecast.Earned, forecast.Currency.Code),
        Paid = forecast.Paid is { } paid ? ToApi(paid, forecast.Currency.Code) : null,
    };

    /// <summary>One component's part of a forecast.</summary>
    public static Api.ComponentForecast ToApi(
        ComponentEstimate component, ComponentPay atQuota, NextUnit unit, string currency)
    {
        var result = new Api.ComponentForecast
        {
            Component = component.Component,
            Title = component.Title,
            Window = component.WindowName,
            Quota = component.Quota?.ToText() ?? "",
            PayAtQuota = MoneyMapping.ToMoney(atQuota.Earned, currency),
            NextUnitPays = unit.Pays.ToText(),
            NextUnitJump = unit.Jump.ToText(),
            NextUnitOthers = unit.Others.ToText(),
        };
        result.Notices.AddRange(atQuota.Notices == Notices.None ? [] : atQuota.Notices.Names());
        return result;
    }

    /// <summary>What each component makes of a deal.</summary>
    public static IEnumerable<Api.CreditedComponent> ToApi(this DealEarning earning) =>
        earning.Components.Select(part => new Api.CreditedComponent
        {
            Component = part.Component,
            Credited = part.Credited.ToText(),
            Earned = MoneyMapping.ToMoney(part.Earned, earning.Currency!.Code),
            Notices = { part.Notices == Notices.None ? [] : part.Notices.Names() },
        });

    /// <summary>What it takes of a component's measure.</summary>
    /// <exception cref="InvariantException">The plan is there, and has the component.</exception>
    public static Api.ComponentGoal ToApi(this MeasureGoal goal, Component component, string currency)
    {
        var (outcome, more, earned, why, exact) = goal switch
        {
            MeasureGoal.Reached reached => (Api.GoalOutcome.Reached, 0m, reached.Earned, (GoalObstacle?)null, true),
            MeasureGoal.Needs needs => (Api.GoalOutcome.Needs, needs.More, needs.Earned, null, needs.Exact),
            MeasureGoal.Unreachable most => (Api.GoalOutcome.Unreachable, most.At, most.Most, most.Why, most.Exact),
            _ => throw new InvariantException($"the estimate has a component of which a goal says {goal}"),
        };
        return new Api.ComponentGoal
        {
            Component = component.Id,
            Title = component.Title ?? component.Id,
            Measure = component.Measure.Field ?? component.Measure.Kind.ToString().ToLowerInvariant(),
            Outcome = outcome,
            More = more.ToText(),
            Earned = MoneyMapping.ToMoney(earned, currency),
            Why = why is { } obstacle ? ToApi(obstacle) : Api.GoalObstacle.Unspecified,
            Exact = exact,
        };
    }

    /// <summary>Which open deals it takes.</summary>
    /// <exception cref="InvariantException">The plan is there.</exception>
    public static Api.OpenDealsGoal ToApi(this DealsGoal goal, string currency) => goal switch
    {
        DealsGoal.Reached reached => new()
        {
            Outcome = Api.GoalOutcome.Reached, Earned = MoneyMapping.ToMoney(reached.Earned, currency), Exact = true,
        },
        DealsGoal.Needs needs => new()
        {
            Outcome = Api.GoalOutcome.Needs,
            Deals = { needs.Deals },
            Earned = MoneyMapping.ToMoney(needs.Earned, currency),
            Exact = needs.Exact,
        },
        DealsGoal.Unreachable most => new()
        {
            Outcome = Api.GoalOutcome.Unreachable,
            Deals = { most.Deals },
            Earned = MoneyMapping.ToMoney(most.Most, currency),
            All = MoneyMapping.ToMoney(most.All, currency),
            Exact = most.Exact,
        },
        _ => throw new InvariantException($"there is a plan, and a goal says {goal}"),
    };

    /// <summary>An extreme over orders.</summary>
    public static Api.OrderExtreme ToApi(this OrderExtreme extreme) => new()
    {
        Earned = MoneyMapping.ToMoney(extreme.Earning.Total, extreme.Earning.Currency!.Code),
        After = { extreme.After },
    };

    private static Api.GoalObstacle ToApi(GoalObstacle why) => why switch
    {
        GoalObstacle.PaysNothing => Api.GoalObstacle.PaysNothing,
        GoalObstacle.Capped => Api.GoalObstacle.Capped,
        GoalObstacle.FlatBeyond => Api.GoalObstacle.FlatBeyond,
        GoalObstacle.Falls => Api.GoalObstacle.Falls,
        GoalObstacle.BeyondSearch => Api.GoalObstacle.BeyondSearch,
        _ => throw new InvariantException($"unknown obstacle {why}"),
    };

    private static Api.PipelineFigures ToApi(PipelineFigures figures, string currency)
    {
        var distribution = figures.Distribution;
        return new Api.PipelineFigures
        {
            Now = MoneyMapping.ToMoney(figures.Now, currency),
            AllClose = MoneyMapping.ToMoney(figures.AllClose, currency),
            Weighted = MoneyMapping.ToMoney(figures.Weighted, currency),
            Mean = distribution.Mean.ToText(),
            P10 = ToApi(distribution.P10, currency),
            P50 = ToApi(distribution.P50, currency),
            P90 = ToApi(distribution.P90, currency),
            Least = MoneyMapping.ToMoney(distribution.Least, currency),
            Most = MoneyMapping.ToMoney(distribution.Most, currency),
            Exact = distribution.IsExact,
            Samples = distribution.Samples,
            StandardError = distribution.StandardError.ToText(),
        };
    }

    private static Api.Percentile ToApi(Percentile percentile, string currency) => new()
    {
        Value = MoneyMapping.ToMoney(percentile.Value, currency),
        Low = MoneyMapping.ToMoney(percentile.Low, currency),
        High = MoneyMapping.ToMoney(percentile.High, currency),
    };
}
