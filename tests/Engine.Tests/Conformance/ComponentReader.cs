using System.Collections.Immutable;
using System.Text.Json;

namespace Commission.Engine.Tests.Conformance;

internal static class ComponentReader
{
    public static Component Read(JsonElement json, PayFrequency pays) => new()
    {
        Id = CaseReader.Text(json, "component")!,
        Title = CaseReader.Text(json, "title") ?? CaseReader.Text(json, "component")!,
        Credit = json.TryGetProperty("credit", out var roles)
            ? [.. Many(roles).Select(role => Enum.Parse<CreditRole>(role, ignoreCase: true))]
            : [CreditRole.Owner],
        When = json.TryGetProperty("when", out var when)
            ? [.. when.EnumerateObject().Select(entry => Matcher(entry.Name, entry.Value))]
            : [],
        Measure = CaseReader.Text(json, "measure") switch
        {
            null => Measure.Amount,
            ['f', 'i', 'e', 'l', 'd', ':', .. var field] => new Measure(MeasureKind.Field, field),
            { } kind => new Measure(Enum.Parse<MeasureKind>(kind, ignoreCase: true)),
        },
        Limit = CaseReader.Number(json, "limit"),
        Window = CaseReader.Text(json, "window") is { } window
            ? Enum.Parse<WindowKind>(window, ignoreCase: true)
            : Windows.KindOf(pays),
        Quota = CaseReader.Text(json, "quota"),
        Pay = PayOf(json),
        AtBound = CaseReader.Text(json, "at-bound") == "lower" ? BoundRule.Lower : BoundRule.Upper,
        Threshold = json.TryGetProperty("threshold", out var threshold) ? Bound(threshold) : null,
        Multipliers = [.. Multipliers(json)],
        Cap = CaseReader.Number(json, "cap"),
        Floor = CaseReader.Number(json, "floor"),
    };

    private static Pay? PayOf(JsonElement json)
    {
        if (CaseReader.Number(json, "rate") is { } rate)
        {
            return new Pay.Flat(rate);
        }

        if (CaseReader.Number(json, "per-unit") is { } each)
        {
            return new Pay.PerUnit(each);
        }

        if (json.TryGetProperty("tiers", out var tiers))
        {
            return new Pay.Tiered([.. tiers.EnumerateArray().Select(Tier)], CaseReader.Text(json, "tiers-apply") == "whole");
        }

        if (json.TryGetProperty("curve", out var curve))
        {
            return new Pay.Curve(Target(curve), Points(curve.GetProperty("points"), "at", "pay"), Beyond(curve));
        }

        return json.TryGetProperty("matrix", out var matrix) ? Matrix(matrix) : null;
    }

    private static Pay.Matrix Matrix(JsonElement json) => new(
        Target(json),
        Axis(json.GetProperty("rows")),
        Axis(json.GetProperty("columns")),
        [.. json.GetProperty("pay").EnumerateArray().Select(row => row.EnumerateArray().Select(CaseReader.Number)
            .ToImmutableArray())]);

    private static MatrixAxis Axis(JsonElement json) => new(
        CaseReader.Text(json, "by")!,
        [.. json.GetProperty("from").EnumerateArray().Select(CaseReader.Number)]);

    private static Target Target(JsonElement json) => new(
        CaseReader.Text(json, "target") == "rep" ? null : CaseReader.Number(json, "target"));

    private static BeyondRule Beyond(JsonElement json) =>
        CaseReader.Text(json, "beyond") == "continue" ? BeyondRule.Continue : BeyondRule.Flat;

    private static Tier Tier(JsonElement json)
    {
        foreach (var (name, kind) in new[]
            { ("rate", TierKind.Rate), ("per-unit", TierKind.PerUnit), ("amount", TierKind.Amount) })
        {
            if (CaseReader.Number(json, name) is { } value)
            {
                return new Tier(Bound(json.GetProperty("from")), kind, value);
            }
        }

        throw new InvalidDataException($"A tier without pay: {json}");
    }

    private static Bound Bound(JsonElement json) => new(CaseReader.Number(json), CaseReader.Text(json).EndsWith('%'));

    private static ImmutableArray<CurvePoint> Points(JsonElement json, string at, string value) =>
        [.. json.EnumerateArray().Select(point => new CurvePoint(
            CaseReader.Number(point, at)!.Value, CaseReader.Number(point, value)!.Value))];

    private static IEnumerable<Multiplier> Multipliers(JsonElement json)
    {
        if (json.TryGetProperty("multiplier", out var given))
        {
            foreach (var one in given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray()] : new[] { given })
            {
                var by = CaseReader.Text(one, "by")!;
                yield return one.TryGetProperty("tiers", out var tiers)
                    ? new Multiplier.Tiered(by, Points(tiers, "from", "factor"))
                    : new Multiplier.Curved(by, Points(one.GetProperty("points"), "at", "factor"), Beyond(one));
            }
        }

        if (json.TryGetProperty("gate", out var gate))
        {
            yield return new Multiplier.Gate(
                CaseReader.Text(gate, "component")!, CaseReader.Number(gate, "from")!.Value);
        }
    }

    private static Matcher Matcher(string field, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new Matcher.OneOf(field, [.. Many(json)]);
        }

        return json.TryGetProperty("not", out var not)
            ? new Matcher.NoneOf(field, [.. Many(not)])
            : new Matcher.Between(field, CaseReader.Number(json, "min"), CaseReader.Number(json, "max"));
    }

    private static IEnumerable<string> Many(JsonElement json) => json.ValueKind == JsonValueKind.Array
        ? json.EnumerateArray().Select(CaseReader.Text)
        : [CaseReader.Text(json)];
}
