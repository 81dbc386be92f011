using System.Globalization;
using Commission.Cli.Forecasting;
using Commission.Engine;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>A forecast as a payee reads it.</summary>
internal static class ForecastView
{
    public static IRenderable Of(Terminal terminal, Forecast forecast)
    {
        var (day, code) = (Dates.Text(forecast.On), forecast.Estimate.Currency.Code);
        var parts = new List<IRenderable>
        {
            new Markup($"[bold]Plan {Markup.Escape(forecast.Estimate.Plan)}[/] on {day}, in {code}"),
            new Markup($"Pay at 100 % of quota: [bold]{Money(forecast, forecast.AtQuota.Total)}[/]"),
            new Markup($"The next unit of money pays [bold]{Number(forecast.Units.Money)}[/]"),
            Components(terminal, forecast),
            Pipeline(terminal, forecast),
        };
        if (forecast.Orders is { } orders)
        {
            parts.Add(ForecastPlans.Orders(terminal, forecast, orders));
        }

        if (forecast.Goal is { } goal)
        {
            parts.AddRange(ForecastPlans.Goal(forecast, goal));
        }

        parts.AddRange(Notes(forecast).Select(note => new Markup($"[yellow]Note: {Markup.Escape(note)}[/]")));
        return new Rows(parts);
    }

    private static Table Components(Terminal terminal, Forecast forecast)
    {
        var table = terminal.Table(
            "Component", "Window", ">Credited", ">Earned", ">At quota", ">Next unit pays", "Next tier");
        for (var i = 0; i < forecast.Estimate.Components.Length; i++)
        {
            var part = forecast.Estimate.Components[i];
            table.AddRow(
                Markup.Escape(part.Title),
                Markup.Escape(part.WindowName),
                Number(part.Credited),
                Money(forecast, part.Earned),
                Money(forecast, forecast.AtQuota.Components[i].Earned),
                Markup.Escape(Unit(forecast.Units.Components[i])),
                part.Next is { } next ? Markup.Escape(Next(next)) : "");
        }

        return table;
    }

    private static Table Pipeline(Terminal terminal, Forecast forecast)
    {
        var table = terminal.Table("Pipeline", "", ">Open deals", ">Now", ">All close", ">Weighted", ">Mean",
            ">P10", ">P50", ">P90", ">Least", ">Most");
        foreach (var (name, pipeline) in forecast.Spans)
        {
            Add(name, "earned", pipeline, pipeline.Earned);
            if (pipeline.Paid is { } paid)
            {
                Add("", "paid", pipeline, paid);
            }
        }

        return table;

        void Add(string name, string what, PipelineForecast pipeline, PipelineFigures figures)
        {
            var (distribution, digits) = (figures.Distribution, forecast.Estimate.Currency.Digits);
            decimal[] sums =
            [
                figures.Now, figures.AllClose, figures.Weighted,
                decimal.Round(distribution.Mean, digits, MidpointRounding.AwayFromZero),
                distribution.P10.Value, distribution.P50.Value, distribution.P90.Value,
                distribution.Least, distribution.Most,
            ];
            var deals = pipeline.Deals.ToString(CultureInfo.InvariantCulture);
            table.AddRow([Markup.Escape(name), what, deals, .. sums.Select(sum => Money(forecast, sum))]);
        }
    }

    private static IEnumerable<string> Notes(Forecast forecast)
    {
        var unknown = forecast.Spans.Max(span => span.Pipeline.UnknownProbabilities);
        if (unknown > 0)
        {
            yield return $"{unknown} open deals have no probability; they are taken to close in 1 of 2 cases.";
        }

        if (forecast.Orders is { } orders && orders.Any.Deals.Any(deal => !deal.Exact))
        {
            yield return "there are too many orders of the open deals to try all; some order may give less or more.";
        }

        foreach (var (name, pipeline) in forecast.Spans.Where(span => !span.Pipeline.Earned.Distribution.IsExact))
        {
            var distribution = pipeline.Earned.Distribution;
            var error = decimal.Round(
                distribution.StandardError, forecast.Estimate.Currency.Digits, MidpointRounding.AwayFromZero);
            yield return $"{name}: the mean and percentiles are of {distribution.Samples} samples; "
                + $"standard error of the mean {Money(forecast, error)}.";
        }
    }

    private static string Unit(NextUnit unit) => Number(unit.Pays)
        + (unit.Jump == 0m ? "" : $" ({Number(unit.Jump)} of it at once)")
        + (unit.Others == 0m ? "" : $", moves others by {Number(unit.Others)}");

    private static string Next(NextTier next) =>
        $"{Number(next.Distance)} more reach {Number(next.At)}"
        + (next.Jump == 0m ? "" : $" and pay {Number(next.Jump)} at once")
        + $", then {Number(next.UnitPays)} a unit";

    /// <summary>Money with thousands apart, without its currency.</summary>
    internal static string Money(Forecast forecast, decimal amount)
    {
        var digits = forecast.Estimate.Currency.Digits.ToString(CultureInfo.InvariantCulture);
        return amount.ToString("N" + digits, CultureInfo.InvariantCulture);
    }

    /// <summary>A number with thousands apart.</summary>
    internal static string Number(decimal value) => value.ToString("#,##0.######", CultureInfo.InvariantCulture);
}
