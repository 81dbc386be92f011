using System.Globalization;
using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>A number, and whether it was written as a percentage.</summary>
internal sealed record Number(Rational Value, bool IsPercent);

/// <summary>A place on a scale, and what holds there.</summary>
internal sealed record Step(Rational At, Rational Value);

/// <summary>One tier; <paramref name="Pays"/> is rate, per-unit or amount.</summary>
internal sealed record OracleTier(Number From, string Pays, Rational Value);

/// <summary>A factor by a component's attainment: steps, or lines between points.</summary>
internal sealed record OracleMultiplier(string By, List<Step> Steps, bool IsLines, bool GoesOn, bool IsGate);

/// <summary>A side of a matrix.</summary>
internal sealed record Axis(string By, List<Rational> From);

/// <summary>One version of a plan, read from its JSON with the defaults of the format filled in.</summary>
internal sealed class OraclePlan
{
    private const string FourDigits = "CLF UYW";
    private const string ThreeDigits = "BHD IQD JOD KWD LYD OMR TND";
    private const string NoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

    public OraclePlan(JsonObject json)
    {
        Id = json.Text("plan")!;
        Currency = json.Text("currency")!;
        Effective = json.Day("effective")!.Value;
        Pays = json.Text("pays")! switch { "monthly" => "month", "quarterly" => "quarter", _ => "year" };
        YearStarts = int.Parse(json.Text("year-starts") ?? "1", CultureInfo.InvariantCulture);
        TiesToEven = json.Text("rounding") == "half-even";
        Components = [.. json["components"]!.AsArray().Select(item => new OracleComponent(item!.AsObject(), Pays))];
        if (json["draw"] is JsonObject draw)
        {
            Draw = draw.Rational("amount")!;
            DrawIsRecoverable = draw.Text("recoverable") == "true";
        }
    }

    public string Id { get; }

    public string Currency { get; }

    public DateOnly Effective { get; }

    /// <summary>month, quarter or year.</summary>
    public string Pays { get; }

    public int YearStarts { get; }

    public bool TiesToEven { get; }

    public List<OracleComponent> Components { get; }

    /// <summary>Zero without a draw.</summary>
    public Rational Draw { get; } = Rational.Zero;

    public bool DrawIsRecoverable { get; }

    /// <summary>Digits of the currency's minor unit.</summary>
    public int Digits => NoDigits.Contains(Currency, StringComparison.Ordinal) ? 0
        : ThreeDigits.Contains(Currency, StringComparison.Ordinal) ? 3
        : FourDigits.Contains(Currency, StringComparison.Ordinal) ? 4
        : 2;

    public OracleComponent Component(string id) => Components.Single(component => component.Id == id);

    public OracleWindow WindowOf(OracleComponent component, OracleDeal deal) => component.Window == "deal"
        ? OracleWindow.Deal(deal.Id, deal.Credited)
        : OracleWindow.Of(component.Window, YearStarts, deal.Credited);
}
