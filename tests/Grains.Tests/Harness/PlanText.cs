using System.Globalization;
using System.Text.Json.Nodes;
using Commission.Engine;

namespace Commission.Grains.Tests.Harness;

/// <summary>Writes the engine's plans in the plan format, as JSON.</summary>
internal static class PlanText
{
    public static string Of(Plan plan)
    {
        var document = new JsonObject
        {
            ["plan"] = plan.Id,
            ["currency"] = plan.Currency.Code,
            ["effective"] = plan.Effective.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["pays"] = Word(plan.Pays),
            ["year-starts"] = plan.YearStarts,
            ["rounding"] = plan.Rounding == RoundingRule.HalfUp ? "half-up" : "half-even",
            ["components"] = new JsonArray([.. plan.Components.Select(Component)]),
        };
        if (plan.Draw is { } draw)
        {
            document["draw"] = new JsonObject { ["amount"] = draw.Amount, ["recoverable"] = draw.Recoverable };
        }

        return document.ToJsonString();
    }

    private static JsonObject Component(Component component)
    {
        var result = new JsonObject
        {
            ["component"] = component.Id,
            ["credit"] = Words(component.Credit),
            ["measure"] = Measure(component.Measure),
            ["window"] = Word(component.Window),
            ["at-bound"] = Word(component.AtBound),
        };
        Add(result, "limit", component.Limit);
        Add(result, "cap", component.Cap);
        Add(result, "floor", component.Floor);
        Add(result, "quota", component.Quota?.ToLowerInvariant());
        Add(result, "when", component.When.IsEmpty ? null : When(component.When));
        Add(result, "threshold", component.Threshold is { } bound ? From(bound) : null);
        Add(result, "multiplier", component.Multipliers.IsEmpty
            ? null
            : new JsonArray([.. component.Multipliers.Select(Multiplier)]));
        AddPay(result, component.Pay);
        return result;
    }

    private static void AddPay(JsonObject result, Pay? pay)
    {
        switch (pay)
        {
            case Pay.Flat flat:
                result["rate"] = flat.Rate;
                break;
            case Pay.PerUnit perUnit:
                result["per-unit"] = perUnit.Money;
                break;
            case Pay.Tiered tiered:
                result["tiers"] = new JsonArray([.. tiered.Tiers.Select(tier => new JsonObject
                {
                    ["from"] = From(tier.From),
                    [tier.Kind == TierKind.PerUnit ? "per-unit" : Word(tier.Kind)] = tier.Value,
                })]);
                result["tiers-apply"] = tiered.Whole ? "whole" : "marginal";
                break;
            case Pay.Curve curve:
                result["curve"] = new JsonObject
                {
                    ["target"] = Target(curve.Target),
                    ["points"] = Points(curve.Points, "at", "pay"),
                    ["beyond"] = Word(curve.Beyond),
                };
                break;
            case Pay.Matrix matrix:
                result["matrix"] = new JsonObject
                {
                    ["target"] = Target(matrix.Target),
                    ["rows"] = Axis(matrix.Rows),
                    ["columns"] = Axis(matrix.Columns),
                    ["pay"] = new JsonArray([.. matrix.Cells.Select(row => Numbers(row))]),
                };
                break;
            default:
                break;
        }
    }

    private static JsonNode Multiplier(Multiplier multiplier) => multiplier switch
    {
        Multiplier.Tiered tiered => new JsonObject
        {
            ["by"] = tiered.By, ["tiers"] = Points(tiered.Tiers, "from", "factor"),
        },
        Multiplier.Curved curved => new JsonObject
        {
            ["by"] = curved.By, ["points"] = Points(curved.Points, "at", "factor"), ["beyond"] = Word(curved.Beyond),
        },
        Multiplier.Gate gate => new JsonObject
        {
            ["gate"] = new JsonObject { ["component"] = gate.By, ["from"] = Percent(gate.From) },
        },
        _ => throw new InvalidOperationException($"{multiplier}"),
    };

    private static JsonObject When(IEnumerable<Matcher> matchers)
    {
        var when = new JsonObject();
        foreach (var matcher in matchers)
        {
            switch (matcher)
            {
                case Matcher.OneOf one:
                    when[one.Field] = new JsonArray([.. one.Values.Select(value => JsonValue.Create(value))]);
                    break;
                case Matcher.NoneOf none:
                    when[none.Field] = new JsonObject
                    {
                        ["not"] = new JsonArray([.. none.Values.Select(value => JsonValue.Create(value))]),
                    };
                    break;
                case Matcher.Between between:
                    var range = new JsonObject();
                    Add(range, "min", between.Min);
                    Add(range, "max", between.Max);
                    when[between.Field] = range;
                    break;
                default:
                    throw new InvalidOperationException($"{matcher}");
            }
        }

        return when;
    }

    private static JsonArray Points(IEnumerable<CurvePoint> points, string at, string value) =>
        new([.. points.Select(point => new JsonObject
        {
            [at] = Percent(point.At),
            [value] = value == "pay" ? Percent(point.Value) : point.Value,
        })]);

    private static JsonObject Axis(MatrixAxis axis) => new()
    {
        ["by"] = axis.By,
        ["from"] = new JsonArray([.. axis.From.Select(from => Percent(from))]),
    };

    private static JsonArray Numbers(IEnumerable<decimal> numbers) =>
        new([.. numbers.Select(number => Percent(number))]);

    private static JsonValue From(Bound bound) => bound.OfQuota ? Percent(bound.Value) : JsonValue.Create(bound.Value);

    private static JsonValue Target(Target target) => target.Fixed is { } money
        ? JsonValue.Create(money)
        : JsonValue.Create("rep");

    private static JsonValue Percent(decimal value) =>
        JsonValue.Create((value * 100m).ToString(CultureInfo.InvariantCulture) + "%");

    private static string Measure(Measure measure) => measure.Kind == MeasureKind.Field
        ? $"field:{measure.Field}"
        : Word(measure.Kind);

    private static JsonArray Words(IEnumerable<CreditRole> roles) =>
        new([.. roles.Select(role => JsonValue.Create(Word(role)))]);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static void Add(JsonObject to, string name, JsonNode? value)
    {
        if (value is not null)
        {
            to[name] = value;
        }
    }
}
