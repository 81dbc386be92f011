using System.Collections.Immutable;
using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Mapping;

/// <summary>The engine's estimates, as the API says them.</summary>
internal static class EstimateMapping
{
    // By step, in lower case.
    private static readonly ImmutableArray<string> Kinds =
        [.. Enum.GetNames<TraceStep>().Select(static name => name.ToLowerInvariant())];

    /// <summary>An estimate without the payee's own data.</summary>
    public static Api.Estimate ToApi(this Estimate estimate, DateOnly on)
    {
        var currency = estimate.Currency.Code;
        var statement = estimate.Statement;
        var result = new Api.Estimate
        {
            Plan = estimate.Plan,
            PlanEffective = estimate.Version.ToText(),
            On = on.ToText(),
            Statement = new Api.Period
            {
                Name = statement.Period, Start = statement.Start.ToText(), End = statement.End.ToText(),
            },
            Earned = MoneyMapping.ToMoney(statement.Earned, currency),
            Paid = MoneyMapping.ToMoney(statement.Paid, currency),
            DrawBalance = MoneyMapping.ToMoney(statement.DrawBalance, currency),
        };
        result.Components.AddRange(estimate.Components.Select(component => component.ToApi(currency)));
        return result;
    }

    /// <summary>A preview without the payee's own data.</summary>
    public static Api.Preview ToApi(this Preview preview)
    {
        var result = new Api.Preview { Plan = preview.Deal.Plan ?? "" };
        if (preview.Deal.Currency is not { } currency)
        {
            result.Notices.Add("unassigned: the payee has no plan on the credit date, so the deal earns nothing.");
            return result;
        }

        result.Earned = MoneyMapping.ToMoney(preview.Deal.Total, currency.Code);
        result.Change = MoneyMapping.ToMoney(preview.Change, currency.Code);
        foreach (var trace in preview.Traces)
        {
            var earning = preview.Deal.Components.First(component => component.Component == trace.Component);
            result.Components.Add(ToApi(earning, trace, currency.Code));
        }

        return result;
    }

    private static Api.ComponentPreview ToApi(ComponentEarning earning, TraceChange trace, string currency)
    {
        var result = new Api.ComponentPreview
        {
            Component = earning.Component,
            Window = new Api.Period { Name = trace.After.Window },
            Earned = MoneyMapping.ToMoney(earning.Earned, currency),
            Credited = earning.Credited.ToText(),
        };
        result.Before.AddRange(trace.Before.Lines.Select(ToApi));
        result.After.AddRange(trace.After.Lines.Select(ToApi));
        return result;
    }

    private static Api.TraceLine ToApi(TraceLine line) => new()
    {
        Kind = Kinds[(int)line.Step],
        Text = line.Text,
        Pay = line.Effect.ToString(),
    };

    private static Api.ComponentEstimate ToApi(this ComponentEstimate component, string currency)
    {
        var result = new Api.ComponentEstimate
        {
            Component = component.Component,
            Title = component.Title,
            Window = component.Window.Kind == WindowKind.Deal ? null : component.Window.ToApi(component.WindowName),
            Credited = component.Credited.ToText(),
            Quota = component.Quota?.ToText() ?? "",
            Attainment = component.Attainment?.ToText() ?? "",
            Earned = MoneyMapping.ToMoney(component.Earned, currency),
            EarnedInStatement = MoneyMapping.ToMoney(component.PeriodEarned, currency),
        };
        if (component.Next is { } next)
        {
            result.Next = new Api.NextTier
            {
                At = next.At.ToText(),
                Distance = next.Distance.ToText(),
                Jump = next.Jump.ToText(),
                UnitPays = next.UnitPays.ToText(),
            };
        }

        result.Notices.AddRange(component.Notices == Notices.None ? [] : component.Notices.Names());
        return result;
    }
}
