using System.Text.Json;
using Commission.Cli.Evaluating;
using Commission.Client.Text;
using Commission.Engine;

namespace Commission.Cli.Forecasting;

/// <summary>Writes what orders of deals pay, and what a goal takes.</summary>
internal static class PlansJson
{
    public static void WriteOrders(Utf8JsonWriter json, OrdersForecast orders, Currency currency)
    {
        json.WriteStartArray("orders");
        foreach (var (listed, range) in orders.Listed.Deals.Zip(orders.Any.Deals))
        {
            json.WriteStartObject();
            json.WriteString("deal", range.Deal);
            json.WriteString("as-listed", CaseJson.Money(listed.Total, currency));
            WriteExtreme(json, "least", range.Least, currency);
            WriteExtreme(json, "most", range.Most, currency);
            json.WriteBoolean("exact", range.Exact);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteGoal(Utf8JsonWriter json, GoalForecast goal, Currency currency)
    {
        json.WriteStartObject("goal");
        json.WriteString("sum", CaseJson.Money(goal.Sum, currency));
        json.WriteStartArray("measures");
        foreach (var (component, needs) in goal.Measures)
        {
            json.WriteStartObject();
            json.WriteString("component", component);
            WriteMeasure(json, needs, currency);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("open-deals");
        WriteDeals(json, goal.Deals, currency);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMeasure(Utf8JsonWriter json, MeasureGoal goal, Currency currency)
    {
        switch (goal)
        {
            case MeasureGoal.Reached reached:
                json.WriteString("outcome", "reached");
                json.WriteString("earned", CaseJson.Money(reached.Earned, currency));
                break;
            case MeasureGoal.Needs needs:
                json.WriteString("outcome", "needs");
                json.WriteString("more", Decimals.ToText(needs.More));
                json.WriteString("earned", CaseJson.Money(needs.Earned, currency));
                json.WriteBoolean("exact", needs.Exact);
                break;
            case MeasureGoal.Unreachable most:
                json.WriteString("outcome", "unreachable");
                json.WriteString("most", CaseJson.Money(most.Most, currency));
                json.WriteString("at", Decimals.ToText(most.At));
                json.WriteString("why", Why(most.Why));
                json.WriteBoolean("exact", most.Exact);
                break;
            default:
                throw new InvalidOperationException($"The estimate has no such component: {goal}.");
        }
    }

    private static void WriteDeals(Utf8JsonWriter json, DealsGoal goal, Currency currency)
    {
        switch (goal)
        {
            case DealsGoal.Reached reached:
                json.WriteString("outcome", "reached");
                json.WriteString("earned", CaseJson.Money(reached.Earned, currency));
                break;
            case DealsGoal.Needs needs:
                json.WriteString("outcome", "needs");
                WriteIds(json, "deals", needs.Deals);
                json.WriteString("earned", CaseJson.Money(needs.Earned, currency));
                json.WriteBoolean("exact", needs.Exact);
                break;
            case DealsGoal.Unreachable most:
                json.WriteString("outcome", "unreachable");
                WriteIds(json, "deals", most.Deals);
                json.WriteString("most", CaseJson.Money(most.Most, currency));
                json.WriteString("all", CaseJson.Money(most.All, currency));
                json.WriteBoolean("exact", most.Exact);
                break;
            default:
                throw new InvalidOperationException($"The estimate has a plan: {goal}.");
        }
    }

    private static void WriteExtreme(Utf8JsonWriter json, string name, OrderExtreme extreme, Currency currency)
    {
        json.WriteStartObject(name);
        json.WriteString("earned", CaseJson.Money(extreme.Earning.Total, currency));
        WriteIds(json, "after", extreme.After);
        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<string> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
    }

    private static string Why(GoalObstacle why) => why switch
    {
        GoalObstacle.PaysNothing => "pays-nothing",
        GoalObstacle.Capped => "capped",
        GoalObstacle.FlatBeyond => "flat-beyond",
        GoalObstacle.Falls => "falls",
        GoalObstacle.BeyondSearch => "beyond-search",
        _ => throw new InvalidOperationException($"Unknown obstacle: {why}."),
    };
}
