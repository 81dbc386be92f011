using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Mapping;
using Estimate = Commission.Engine.Estimate;
using ComponentEstimate = Commission.Engine.ComponentEstimate;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.Reps;

/// <summary>One figure of a payee, by which boards put payees in order.</summary>
internal static class Measures
{
    private const int Places = 6;
    private const decimal MostGrowth = 1_000_000_000_000m;

    /// <summary>The figure, or why there is none.</summary>
    public static Answer<Measured> Of(Payee payee, RepBooks books, MeasureRequest request, DateOnly on)
    {
        if (books.Estimate(on) is not { } estimate)
        {
            return RepAnswers.Unassigned(payee.Id, on);
        }

        var plan = PlanOf(books, estimate, on);
        var answer = request.Measure switch
        {
            BoardMeasure.Earned => Earned(books, estimate, plan, request.Period, on),
            BoardMeasure.Credited => Credited(books, estimate, plan, request, on),
            BoardMeasure.Growth => Growth(books, estimate, plan, request, on),
            _ => Attainment(estimate, plan, request),
        };
        if (answer is null)
        {
            return new Refusal(RefusalReason.NotMeasured, "measure",
                $"'{payee.Id}' has no such figure on {on.ToText()}.");
        }

        (answer.Name, answer.Currency) = (payee.Name, estimate.Currency.Code);
        return answer;
    }

    private static Plan PlanOf(RepBooks books, Estimate estimate, DateOnly on) => books.Assignments
        .First(assigned => assigned.Covers(on)).Versions
        .First(version => version.Effective == estimate.Version);

    private static Measured? Attainment(Estimate estimate, Plan plan, MeasureRequest request)
    {
        var kind = KindOf(request.Period, plan);
        foreach (var component in estimate.Components)
        {
            if (component.Attainment is { } attainment && IsNamed(component, request.Component)
                && (kind is null || component.Window.Kind == kind))
            {
                return Of(component, attainment, PeriodOf(component, estimate));
            }
        }

        return null;
    }

    private static Measured Earned(
        RepBooks books, Estimate estimate, Plan plan, BoardPeriod period, DateOnly on)
    {
        if (period is BoardPeriod.Unspecified or BoardPeriod.BoardStatement)
        {
            return new Measured { Value = estimate.Statement.Earned.ToText(), Period = StatementOf(estimate) };
        }

        var window = FiscalWindows.Of(KindOf(period, plan)!.Value, plan.YearStarts, on);
        var earned = books.EarnedBetween(window.Start, window.End)
            .Where(sum => sum.Currency == estimate.Currency).Sum(sum => sum.Amount);
        return new Measured { Value = earned.ToText(), Period = window.ToApi(window.Name(plan.YearStarts)) };
    }

    private static Measured? Credited(
        RepBooks books, Estimate estimate, Plan plan, MeasureRequest request, DateOnly on)
    {
        if (Find(estimate, request.Component) is not { } component)
        {
            return null;
        }

        var kind = KindOf(request.Period, plan);
        if (kind is null || kind == component.Window.Kind)
        {
            return Of(component, component.Credited, PeriodOf(component, estimate));
        }

        var window = FiscalWindows.Of(kind.Value, plan.YearStarts, on);
        return Of(component, Counted(books, component, window), window.ToApi(window.Name(plan.YearStarts)));
    }

    private static Measured? Growth(
        RepBooks books, Estimate estimate, Plan plan, MeasureRequest request, DateOnly on)
    {
        if (Find(estimate, request.Component) is not { } component)
        {
            return null;
        }

        var own = component.Window.Kind == WindowKind.Deal ? FiscalWindows.KindOf(plan.Pays) : component.Window.Kind;
        var window = FiscalWindows.Of(KindOf(request.Period, plan) ?? own, plan.YearStarts, on);
        var before = Counted(
            books, component, FiscalWindows.Of(window.Kind, plan.YearStarts, window.Start.AddDays(-1)));
        if (before <= 0m)
        {
            return null;
        }

        var now = Counted(books, component, window);
        var growth = Math.Abs(now) / MostGrowth >= before ? Math.Sign(now) * MostGrowth : (now - before) / before;
        return Of(
            component,
            Math.Round(growth, Places, MidpointRounding.AwayFromZero),
            window.ToApi(window.Name(plan.YearStarts)));
    }

    /// <summary>That with the id; without one the first with a quota, or else the first.</summary>
    private static ComponentEstimate? Find(Estimate estimate, string id)
    {
        ComponentEstimate? first = null;
        foreach (var component in estimate.Components)
        {
            if (IsNamed(component, id))
            {
                first ??= component;
                if (component.Attainment is not null)
                {
                    return component;
                }
            }
        }

        return first;
    }

    private static bool IsNamed(ComponentEstimate component, string id) => id.Length == 0 || component.Component == id;

    private static decimal Counted(RepBooks books, ComponentEstimate component, Window window) =>
        books.CreditedBetween(window.Start, window.End)
            .Where(sum => sum.Component == component.Component).Sum(sum => sum.Credited);

    private static WindowKind? KindOf(BoardPeriod period, Plan plan) => period switch
    {
        BoardPeriod.BoardMonth => WindowKind.Month,
        BoardPeriod.BoardQuarter => WindowKind.Quarter,
        BoardPeriod.BoardYear => WindowKind.Year,
        BoardPeriod.BoardStatement => FiscalWindows.KindOf(plan.Pays),
        _ => null,
    };

    private static Measured Of(ComponentEstimate component, decimal value, Period period) =>
        new() { Component = component.Component, Value = value.ToText(), Period = period };

    private static Period PeriodOf(ComponentEstimate component, Estimate estimate) =>
        component.Window.Kind == WindowKind.Deal
            ? StatementOf(estimate)
            : component.Window.ToApi(component.WindowName);

    private static Period StatementOf(Estimate estimate) => new()
    {
        Name = estimate.Statement.Period,
        Start = estimate.Statement.Start.ToText(),
        End = estimate.Statement.End.ToText(),
    };
}
