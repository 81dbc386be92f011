using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Grains.Mapping;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>How far a payee is against how far the time is.</summary>
internal static class Paces
{
    private const int Places = 6;
    private const decimal Most = 1_000_000_000m;

    /// <summary>A payee on a day, without its place in a team.</summary>
    public static Answer<Api.TeamMember> Of(Payee payee, RepFigures figures, DateOnly on, long sequence)
    {
        var estimate = figures.Books.Estimate(on);
        if (estimate is null)
        {
            return RepAnswers.Unassigned(payee.Id, on);
        }

        var assignment = figures.Books.Assignments.First(assigned => assigned.Covers(on)).Assignment;
        var statement = estimate.Statement;
        var member = new Api.TeamMember
        {
            Rep = payee.Id,
            Name = payee.Name,
            Manager = payee.Manager,
            Plan = estimate.Plan,
            Statement = new Api.Period
            {
                Name = statement.Period, Start = statement.Start.ToText(), End = statement.End.ToText(),
            },
            Earned = MoneyMapping.ToMoney(statement.Earned, estimate.Currency.Code),
            AsOf = figures.Progress.ToApi(sequence),
        };
        var paces = estimate.Components.Where(component => component.Attainment is not null)
            .Select(component => (Component: component, Pace: Pace(component, assignment, on)))
            .ToList();
        member.Components.AddRange(paces.Select(one => ToApi(one.Component, assignment, on, one.Pace)));
        member.Pace = paces.Count == 0 ? "" : paces.Min(one => one.Pace).ToText();
        return member;
    }

    /// <summary>
    /// The days of a window that have come by a day, itself included, and all of them: of those on which the payee has
    /// the plan, where it prorates.
    /// </summary>
    /// <param name="window">Contains the day.</param>
    /// <param name="assignment">Covers the day.</param>
    /// <param name="on">The day.</param>
    public static (int Passed, int All) Days(Window window, Assignment assignment, DateOnly on)
    {
        var (first, last) = (window.Start, window.End);
        if (assignment.Prorate == Proration.Days)
        {
            first = assignment.From is { } from && from > first ? from : first;
            last = assignment.To is { } to && to < last ? to : last;
        }

        return (on.DayNumber - first.DayNumber + 1, last.DayNumber - first.DayNumber + 1);
    }

    private static decimal Pace(ComponentEstimate component, Assignment assignment, DateOnly on)
    {
        var (passed, all) = Days(component.Window, assignment, on);
        var attainment = Math.Clamp(component.Attainment!.Value, -Most, Most);
        return Math.Clamp(Math.Round(attainment * all / passed, Places, MidpointRounding.AwayFromZero), -Most, Most);
    }

    private static Api.ComponentPace ToApi(
        ComponentEstimate component, Assignment assignment, DateOnly on, decimal pace)
    {
        var (passed, all) = Days(component.Window, assignment, on);
        return new Api.ComponentPace
        {
            Component = component.Component,
            Title = component.Title,
            Window = component.Window.ToApi(component.WindowName),
            Credited = component.Credited.ToText(),
            Quota = component.Quota?.ToText() ?? "",
            Attainment = component.Attainment!.Value.ToText(),
            Elapsed = Math.Round((decimal)passed / all, Places, MidpointRounding.AwayFromZero).ToText(),
            Pace = pace.ToText(),
        };
    }
}
