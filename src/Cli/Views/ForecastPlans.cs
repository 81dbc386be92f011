using System.Collections.Immutable;
using Commission.Cli.Forecasting;
using Commission.Engine;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>What a payee can do: in which order to close deals, and what earns a goal.</summary>
internal static class ForecastPlans
{
    public static Table Orders(Terminal terminal, Forecast forecast, OrdersForecast orders)
    {
        var table = terminal.Table("Open deal", ">As listed", ">Least", "when after", ">Most", "when after");
        foreach (var (listed, range) in orders.Listed.Deals.Zip(orders.Any.Deals))
        {
            table.AddRow(
                Markup.Escape(range.Deal),
                ForecastView.Money(forecast, listed.Total),
                ForecastView.Money(forecast, range.Least.Earning.Total),
                Markup.Escape(After(range.Least)),
                ForecastView.Money(forecast, range.Most.Earning.Total),
                Markup.Escape(After(range.Most)));
        }

        return table;
    }

    public static IEnumerable<IRenderable> Goal(Forecast forecast, GoalForecast goal)
    {
        var sum = ForecastView.Money(forecast, goal.Sum);
        yield return new Markup($"[bold]To earn {sum}[/] in the windows of the day:");
        foreach (var (component, needs) in goal.Measures)
        {
            yield return new Text($"  {Title(forecast, component)}: {Needs(forecast, needs)}");
        }

        yield return new Text($"  open deals: {Needs(forecast, goal.Deals)}");
    }

    private static string Needs(Forecast forecast, MeasureGoal goal) => goal switch
    {
        MeasureGoal.Reached reached => $"nothing more; {ForecastView.Money(forecast, reached.Earned)} is earned",
        MeasureGoal.Needs needs =>
            $"{ForecastView.Number(needs.More)} more earn {ForecastView.Money(forecast, needs.Earned)}"
            + Doubt(needs.Exact),
        MeasureGoal.Unreachable most =>
            $"out of reach; the most is {ForecastView.Money(forecast, most.Most)}{Why(most)}" + Doubt(most.Exact),
        _ => throw new InvalidOperationException($"The estimate has no such component: {goal}."),
    };

    private static string Needs(Forecast forecast, DealsGoal goal) => goal switch
    {
        DealsGoal.Reached => "none is needed",
        DealsGoal.Needs needs =>
            $"{Listed(needs.Deals)} earn {ForecastView.Money(forecast, needs.Earned)}" + Doubt(needs.Exact),
        DealsGoal.Unreachable most => $"out of reach; {Listed(most.Deals)} give the most, "
            + ForecastView.Money(forecast, most.Most) + Doubt(most.Exact),
        _ => throw new InvalidOperationException($"The estimate has a plan: {goal}."),
    };

    private static string Why(MeasureGoal.Unreachable most) => most.Why switch
    {
        GoalObstacle.PaysNothing => ": more of it pays nothing",
        GoalObstacle.Capped => $", held by a cap from {ForecastView.Number(most.At)} more on",
        GoalObstacle.FlatBeyond => $", with {ForecastView.Number(most.At)} more; beyond that nothing is added",
        GoalObstacle.Falls => $", with {ForecastView.Number(most.At)} more; beyond that less is earned",
        GoalObstacle.BeyondSearch => $", with {ForecastView.Number(most.At)} more, where the search ends",
        _ => throw new InvalidOperationException($"Unknown obstacle: {most.Why}."),
    };

    private static string Doubt(bool exact) => exact ? "" : " (found by a search that was cut short)";

    private static string Listed(ImmutableArray<string> deals) => deals.IsEmpty ? "none" : string.Join(", ", deals);

    private static string After(OrderExtreme extreme) =>
        extreme.After.IsEmpty ? "" : string.Join(", ", extreme.After);

    private static string Title(Forecast forecast, string component) =>
        forecast.Estimate.Components.First(part => part.Component == component).Title;
}
