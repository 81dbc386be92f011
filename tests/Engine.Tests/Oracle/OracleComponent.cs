using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>One component, read from its JSON.</summary>
internal sealed class OracleComponent
{
    public OracleComponent(JsonObject json, string windowDefault)
    {
        Id = json.Text("component")!;
        Credit = json["credit"] is JsonArray roles ? [.. roles.Select(role => role!.ToString())] : ["owner"];
        When = json["when"] as JsonObject ?? [];
        Measure = json.Text("measure") ?? "amount";
        Limit = json.Rational("limit");
        Window = json.Text("window") ?? windowDefault;
        Quota = json.Text("quota");
        WaitsAboveBound = json.Text("at-bound") == "lower";
        Threshold = json.Number("threshold");
        Cap = json.Rational("cap");
        Floor = json.Rational("floor");
        TiersAreWhole = json.Text("tiers-apply") == "whole";
        Pay = new[] { "rate", "per-unit", "tiers", "curve", "matrix" }.FirstOrDefault(json.ContainsKey);
        switch (Pay)
        {
            case "rate" or "per-unit":
                Rate = json.Rational(Pay)!;
                break;
            case "tiers":
                Tiers = [.. json.Objects("tiers").Select(ReadTier)];
                break;
            case "curve":
                ReadCurve(json["curve"]!.AsObject());
                break;
            case "matrix":
                ReadMatrix(json["matrix"]!.AsObject());
                break;
        }

        Multipliers = [.. ReadMultipliers(json)];
    }

    public string Id { get; }

    public List<string> Credit { get; }

    public JsonObject When { get; }

    public string Measure { get; }

    public Rational? Limit { get; }

    public string Window { get; }

    public string? Quota { get; }

    /// <summary>Whether a value exactly at a bound has not reached it yet.</summary>
    public bool WaitsAboveBound { get; }

    public Number? Threshold { get; }

    public Rational? Cap { get; }

    public Rational? Floor { get; }

    /// <summary>rate, per-unit, tiers, curve, matrix, or null: it only measures.</summary>
    public string? Pay { get; }

    public Rational Rate { get; } = Rational.Zero;

    public List<OracleTier> Tiers { get; } = [];

    public bool TiersAreWhole { get; }

    /// <summary>Null: the rep's own.</summary>
    public Rational? Target { get; private set; }

    public List<Step> Points { get; private set; } = [];

    public bool CurveGoesOn { get; private set; }

    public Axis? Rows { get; private set; }

    public Axis? Columns { get; private set; }

    public List<List<Rational>> Cells { get; private set; } = [];

    public List<OracleMultiplier> Multipliers { get; }

    private static OracleTier ReadTier(JsonObject json)
    {
        var pays = new[] { "rate", "per-unit", "amount" }.Single(json.ContainsKey);
        return new OracleTier(json.Number("from")!, pays, json.Rational(pays)!);
    }

    private static IEnumerable<OracleMultiplier> ReadMultipliers(JsonObject json)
    {
        var list = json["multiplier"] is JsonObject one ? [one] : json.Objects("multiplier");
        foreach (var item in list)
        {
            var isLines = item.ContainsKey("points");
            var steps = isLines ? item.Steps("points", "at", "factor") : item.Steps("tiers", "from", "factor");
            yield return new OracleMultiplier(
                item.Text("by")!, steps, isLines, item.Text("beyond") == "continue", IsGate: false);
        }

        if (json["gate"] is JsonObject gate)
        {
            var step = new Step(gate.Rational("from")!, Rational.One);
            yield return new OracleMultiplier(gate.Text("component")!, [step], false, false, IsGate: true);
        }
    }

    private static Axis ReadAxis(JsonNode json) =>
        new(json.AsObject().Text("by")!, json["from"]!.Rationals());

    private static Rational? ReadTarget(JsonObject json) =>
        json.Text("target") == "rep" ? null : json.Rational("target");

    private void ReadCurve(JsonObject json)
    {
        Target = ReadTarget(json);
        Points = json.Steps("points", "at", "pay");
        CurveGoesOn = json.Text("beyond") == "continue";
    }

    private void ReadMatrix(JsonObject json)
    {
        Target = ReadTarget(json);
        (Rows, Columns) = (ReadAxis(json["rows"]!), ReadAxis(json["columns"]!));
        Cells = [.. json["pay"]!.AsArray().Select(row => row!.Rationals())];
    }
}
