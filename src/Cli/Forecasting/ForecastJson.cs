using System.Globalization;
using System.Text.Json;
using Commission.Cli.Evaluating;
using Commission.Client.Text;
using Commission.Engine;

namespace Commission.Cli.Forecasting;

/// <summary>Writes a forecast with numbers as text, so that no reader rounds them.</summary>
internal static class ForecastJson
{
    public static void Write(Utf8JsonWriter json, Forecast forecast)
    {
        var currency = forecast.Estimate.Currency;
        json.WriteStartObject();
        json.WriteString("plan", forecast.Estimate.Plan);
        json.WriteString("currency", currency.Code);
        json.WriteString("on", Dates.Text(forecast.On));
        json.WriteString("pay-at-quota", CaseJson.Money(forecast.AtQuota.Total, currency));
        json.WriteString("next-unit-of-money", Decimals.ToText(forecast.Units.Money));
        json.WriteStartArray("components");
        for (var i = 0; i < forecast.Units.Components.Length; i++)
        {
            WriteComponent(json, forecast, i);
        }

        json.WriteEndArray();
        json.WriteStartArray("pipeline");
        foreach (var span in forecast.Spans)
        {
            WriteSpan(json, span, currency);
        }

        json.WriteEndArray();
        if (forecast.Orders is { } orders)
        {
            PlansJson.WriteOrders(json, orders, currency);
        }

        if (forecast.Goal is { } goal)
        {
            PlansJson.WriteGoal(json, goal, currency);
        }

        json.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter json, Forecast forecast, int index)
    {
        var part = forecast.Estimate.Components[index];
        var unit = forecast.Units.Components[index];
        json.WriteStartObject();
        json.WriteString("component", part.Component);
        json.WriteString("window", part.WindowName);
        json.WriteString("credited", Decimals.ToText(part.Credited));
        json.WriteString("earned", CaseJson.Money(part.Earned, forecast.Estimate.Currency));
        json.WriteString(
            "pay-at-quota", CaseJson.Money(forecast.AtQuota.Components[index].Earned, forecast.Estimate.Currency));
        if (part.Next is { } next)
        {
            json.WriteStartObject("next-tier");
            json.WriteString("at", Decimals.ToText(next.At));
            json.WriteString("distance", Decimals.ToText(next.Distance));
            json.WriteString("jump", Decimals.ToText(next.Jump));
            json.WriteString("unit-pays", Decimals.ToText(next.UnitPays));
            json.WriteEndObject();
        }

        json.WriteStartObject("next-unit");
        json.WriteString("pays", Decimals.ToText(unit.Pays));
        json.WriteString("rate", Decimals.ToText(unit.Rate));
        json.WriteString("jump", Decimals.ToText(unit.Jump));
        json.WriteString("others", Decimals.ToText(unit.Others));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, SpanForecast span, Currency currency)
    {
        json.WriteStartObject();
        json.WriteString("span", span.Name);
        json.WriteString("from", Dates.Text(span.Pipeline.From));
        json.WriteString("to", Dates.Text(span.Pipeline.To));
        json.WriteString("deals", Count(span.Pipeline.Deals));
        json.WriteString("unknown-probabilities", Count(span.Pipeline.UnknownProbabilities));
        WriteFigures(json, "earned", span.Pipeline.Earned, currency);
        if (span.Pipeline.Paid is { } paid)
        {
            WriteFigures(json, "paid", paid, currency);
        }

        json.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter json, string name, PipelineFigures figures, Currency currency)
    {
        var distribution = figures.Distribution;
        json.WriteStartObject(name);
        json.WriteString("now", CaseJson.Money(figures.Now, currency));
        json.WriteString("all-close", CaseJson.Money(figures.AllClose, currency));
        json.WriteString("weighted", CaseJson.Money(figures.Weighted, currency));
        json.WriteString("mean", Decimals.ToText(distribution.Mean));
        WritePercentile(json, "p10", distribution.P10, distribution.IsExact, currency);
        WritePercentile(json, "p50", distribution.P50, distribution.IsExact, currency);
        WritePercentile(json, "p90", distribution.P90, distribution.IsExact, currency);
        json.WriteString("least", CaseJson.Money(distribution.Least, currency));
        json.WriteString("most", CaseJson.Money(distribution.Most, currency));
        json.WriteBoolean("exact", distribution.IsExact);
        if (!distribution.IsExact)
        {
            json.WriteString("samples", Count(distribution.Samples));
            json.WriteString("standard-error", Decimals.ToText(distribution.StandardError));
        }

        json.WriteEndObject();
    }

    private static void WritePercentile(
        Utf8JsonWriter json, string name, Percentile percentile, bool isExact, Currency currency)
    {
        json.WriteString(name, CaseJson.Money(percentile.Value, currency));
        if (!isExact)
        {
            json.WriteStartArray($"{name}-interval");
            json.WriteStringValue(CaseJson.Money(percentile.Low, currency));
            json.WriteStringValue(CaseJson.Money(percentile.High, currency));
            json.WriteEndArray();
        }
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
