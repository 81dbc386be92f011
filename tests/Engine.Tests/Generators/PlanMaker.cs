using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Generators;

/// <summary>Plans of every kind the format knows, as documents. Their figures are multiples of one unit, so that
/// totals meet bounds exactly.</summary>
/// <param name="dice">Decides.</param>
/// <param name="unit">What most amounts are multiples of.</param>
internal sealed class PlanMaker(Dice dice, int unit)
{
    private static readonly string[] Spans = ["month", "quarter", "half", "year", "deal"];
    private static readonly string[] AllRoles = ["owner", "overlay", "rollup", "team"];

    // That of the component being made: money, or a few deals.
    private int _unit = 1;

    /// <summary>The first version of a plan.</summary>
    public JsonObject Plan(string id, DateOnly effective)
    {
        var plan = new JsonObject
        {
            ["plan"] = id,
            ["currency"] = dice.Pick("USD", "USD", "EUR", "JPY", "KWD", "CLF"),
            ["effective"] = Dice.Text(effective),
            ["pays"] = dice.Pick("monthly", "monthly", "quarterly", "yearly"),
            ["components"] = Components(),
        };
        if (dice.Chance(40))
        {
            plan["year-starts"] = Dice.Text(dice.Between(1, 12));
        }

        if (dice.Chance(40))
        {
            plan["rounding"] = dice.Pick("half-up", "half-even");
        }

        AddDraw(plan);
        return plan;
    }

    /// <summary>A later version: other components, or the same with some of their fields anew.</summary>
    public JsonObject Amended(JsonObject before, DateOnly effective)
    {
        var plan = before.DeepClone().AsObject();
        plan["effective"] = Dice.Text(effective);
        if (dice.Chance(60))
        {
            plan["components"] = Components();
        }
        else
        {
            Retouch(plan["components"]!.AsArray());
        }

        if (dice.Chance(15))
        {
            plan["pays"] = dice.Pick("monthly", "quarterly", "yearly");
        }

        if (dice.Chance(10))
        {
            plan["year-starts"] = Dice.Text(dice.Between(1, 12));
        }

        if (dice.Chance(20))
        {
            AddDraw(plan);
        }

        return plan;
    }

    private void AddDraw(JsonObject plan)
    {
        if (dice.Chance(40))
        {
            plan["draw"] = new JsonObject
            {
                ["amount"] = Dice.Text(dice.Pick(0, unit, unit / 10m, dice.Between(1, 3000), 12.5m)),
                ["recoverable"] = dice.Chance(60) ? "true" : "false",
            };
        }
    }

    private void Retouch(JsonArray components)
    {
        foreach (var component in components.Select(item => item!.AsObject()))
        {
            if (component.ContainsKey("rate"))
            {
                component["rate"] = Rate();
            }

            if (component.ContainsKey("cap") || dice.Chance(15))
            {
                AddEnds(component);
            }
        }
    }

    private JsonArray Components()
    {
        var count = dice.Pick(1, 1, 2, 2, 3, 4);
        var shared = dice.Pick(Spans);
        var sharesWindow = dice.Chance(60);
        var measured = Enumerable.Range(0, count)
            .Select(index => $"c{index}")
            .Select(id => (Id: id, Window: sharesWindow ? shared : dice.Pick(Spans), Quota: dice.Chance(75)))
            .ToList();
        var components = new JsonArray();
        foreach (var (id, window, quota) in measured)
        {
            var isSmall = dice.Chance(25);
            var component = Measuring(id, window, isSmall);
            if (quota)
            {
                component["quota"] = isSmall ? $"few-{window}" : $"q-{window}";
            }

            _unit = isSmall ? 1 : unit;
            var others = measured.Where(other => other.Quota && other.Window == window).Select(other => other.Id);
            AddPay(component, quota, [.. others]);
            components.Add((JsonNode)component);
        }

        return components;
    }

    private JsonObject Measuring(string id, string window, bool isSmall)
    {
        var component = new JsonObject { ["component"] = id, ["window"] = window };
        if (dice.Chance(30))
        {
            var roles = AllRoles.Where(role => dice.Chance(role == "owner" ? 85 : 50)).DefaultIfEmpty("owner");
            component["credit"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]);
        }

        component["measure"] = isSmall
            ? dice.Pick("deals", "deals", "field:points")
            : dice.Pick("amount", "amount", "amount", "margin", "quantity");
        if (dice.Chance(12))
        {
            component["limit"] = Dice.Text(dice.Pick(0, unit / 2m, unit, 3 * unit));
        }

        if (dice.Chance(35))
        {
            component["at-bound"] = dice.Pick("lower", "lower", "upper");
        }

        if (dice.Chance(20))
        {
            component["when"] = When();
        }

        return component;
    }

    private JsonObject When()
    {
        var when = new JsonObject();
        for (var i = dice.Between(1, 2); i > 0; i--)
        {
            var (field, condition) = Condition();
            when[field] = condition;
        }

        return when;
    }

    private (string Field, JsonNode Condition) Condition() => dice.Between(0, 9) switch
    {
        0 => ("type", "new"),
        1 or 2 => ("type", new JsonArray("new", "expansion")),
        3 => ("type", new JsonObject { ["not"] = new JsonArray("renewal") }),
        4 => ("points", new JsonObject { ["min"] = Dice.Text(dice.Between(0, 40)), ["max"] = "60" }),
        5 => ("amount", new JsonObject { ["min"] = Dice.Text(unit) }),
        6 => ("amount", new JsonObject { ["not"] = new JsonArray(Dice.Text(unit), "0") }),
        7 => ("quantity", new JsonArray("1.0", "50%", "200%")),
        8 => ("currency", new JsonObject { ["not"] = new JsonArray(dice.Pick("GBP", "USD")) }),
        _ => ("credited", new JsonObject { [dice.Pick("min", "max")] = "2028-02-29" }),
    };

    private void AddPay(JsonObject component, bool quota, List<string> others)
    {
        switch (dice.Between(0, quota ? 9 : 5))
        {
            case 0:
                component["rate"] = Rate();
                break;
            case 1:
                component["per-unit"] = Dice.Text(dice.Between(1, 2000) / 1000m);
                break;
            case 2 or 3 or 4:
                component["tiers"] = Tiers(quota && dice.Chance(60));
                AddTiersApply(component);
                break;
            case 6 or 7:
                component["curve"] = Curve();
                break;
            case 8 or 9:
                component["matrix"] = Matrix(others);
                break;
        }

        AddModifiers(component, quota, others);
    }

    private void AddTiersApply(JsonObject component)
    {
        if (dice.Chance(50))
        {
            component["tiers-apply"] = dice.Pick("whole", "whole", "marginal");
        }
    }

    private void AddModifiers(JsonObject component, bool quota, List<string> others)
    {
        if (dice.Chance(25))
        {
            component["threshold"] = quota && dice.Chance(60)
                ? dice.Percent(0, 6).Replace("%", "0%", StringComparison.Ordinal)
                : Dice.Text(_unit * dice.Between(0, 4));
        }

        if (others.Count > 0 && dice.Chance(30))
        {
            component["multiplier"] = dice.Chance(70)
                ? Multiplier(others)
                : new JsonArray(Multiplier(others), Multiplier(others));
        }

        if (others.Count > 0 && dice.Chance(15))
        {
            component["gate"] = new JsonObject
            {
                ["component"] = dice.Pick(others),
                ["from"] = dice.Pick("0%", "50%", "100%", "-50%"),
            };
        }

        if (dice.Chance(30))
        {
            AddEnds(component);
        }
    }

    private void AddEnds(JsonObject component)
    {
        component.Remove("cap");
        component.Remove("floor");
        var floor = dice.Pick(0m, 1m, unit / 20m, -10m, 0.125m);
        if (dice.Chance(70))
        {
            component["cap"] = Dice.Text(Math.Max(floor, 0m) + dice.Pick(0m, unit / 10m, unit, unit / 8m));
        }

        if (dice.Chance(60))
        {
            component["floor"] = Dice.Text(floor);
        }
    }

    private JsonObject Multiplier(List<string> others)
    {
        var multiplier = new JsonObject { ["by"] = dice.Pick(others) };
        if (dice.Chance(60))
        {
            multiplier["tiers"] = Points("from", "factor", Rising(0, dice.Between(1, 4)));
            return multiplier;
        }

        multiplier["points"] = Points("at", "factor", Rising(dice.Pick(-25, 0, 50), dice.Between(1, 4)));
        AddBeyond(multiplier, "points");
        return multiplier;
    }

    private JsonObject Curve()
    {
        var curve = new JsonObject
        {
            ["target"] = Target(),
            ["points"] = Points("at", "pay", Rising(dice.Pick(0, 0, 25, 50), dice.Between(1, 4))),
        };
        AddBeyond(curve, "points");
        return curve;
    }

    private void AddBeyond(JsonObject owner, string points)
    {
        if (dice.Chance(60))
        {
            owner["beyond"] = owner[points]!.AsArray().Count > 1 ? dice.Pick("flat", "continue", "continue") : "flat";
        }
    }

    private JsonObject Matrix(List<string> others)
    {
        var rows = Rising(dice.Pick(0, 0, 50), dice.Between(1, 3));
        var columns = Rising(dice.Pick(0, 0, 50), dice.Between(1, 3));
        return new JsonObject
        {
            ["target"] = Target(),
            ["rows"] = Axis(dice.Pick(others), rows),
            ["columns"] = Axis(dice.Pick(others), columns),
            ["pay"] = List(rows.Select(_ => (JsonNode)List(columns.Select(_ => (JsonNode)dice.Percent(0, 200))))),
        };
    }

    private static JsonArray List(IEnumerable<JsonNode> items) => new([.. items]);

    private static JsonObject Axis(string by, List<int> from) =>
        new() { ["by"] = by, ["from"] = List(from.Select(at => (JsonNode)$"{at}%")) };

    private JsonNode Target() =>
        dice.Chance(40) ? "rep" : Dice.Text(dice.Pick(unit, 10 * unit, dice.Between(1, 9000), 333.33m));

    private JsonArray Points(string at, string value, List<int> places) => List(places.Select(place => (JsonNode)
        new JsonObject { [at] = $"{place}%", [value] = Dice.Text(dice.Between(0, 250) / 100m) }));

    private List<int> Rising(int first, int count) =>
        [.. Enumerable.Range(1, count - 1).Aggregate(
            new List<int> { first }, (list, _) => [.. list, list[^1] + dice.Pick(10, 25, 50, 33)])];

    private JsonArray Tiers(bool byQuota)
    {
        var starts = Rising(dice.Pick(0, 0, 50), dice.Between(1, 4));
        return List(starts.Select(start => (JsonNode)Tier(byQuota ? $"{start}%" : Dice.Text(start * _unit / 50m))));
    }

    private JsonObject Tier(string from)
    {
        var tier = new JsonObject { ["from"] = from };
        switch (dice.Between(0, 4))
        {
            case 0:
                tier["amount"] = Dice.Text(dice.Between(0, 900));
                break;
            case 1:
                tier["per-unit"] = Dice.Text(dice.Between(1, 2000) / 1000m);
                break;
            default:
                tier["rate"] = Rate();
                break;
        }

        return tier;
    }

    private string Rate() => dice.Pick("10%", "5%", "0.5%", "12.5%", "33.333333%", dice.Percent(1, 2500, 2));
}
