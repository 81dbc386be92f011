using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>A payee's time on a plan: what is expected, and by how much a part of a window shrinks it.</summary>
internal sealed class OracleAssignment(JsonObject json)
{
    private readonly DateOnly? _from = json.Day("from");
    private readonly DateOnly? _to = json.Day("to");

    public string? Plan => json.Text("plan");

    public DateOnly? From => _from;

    public DateOnly? To => _to;

    public bool Covers(DateOnly day) => (_from is null || day >= _from) && (_to is null || day <= _to);

    /// <summary>The part of a window that counts: 1 without proration, and for a deal's window.</summary>
    public Rational Part(OracleWindow window)
    {
        if (json.Text("prorate") != "days" || window.Kind == "deal")
        {
            return Rational.One;
        }

        var first = _from > window.First ? _from.Value : window.First;
        var last = _to < window.Last ? _to.Value : window.Last;
        return new Rational(last.DayNumber - first.DayNumber + 1, window.Days);
    }

    /// <summary>A component's quota for a window; null where it has none, or none but zero.</summary>
    public Rational? Quota(OracleComponent component, OracleWindow window)
    {
        if (component.Quota is not { } name || json["quotas"]?[name] is not JsonObject quota)
        {
            return null;
        }

        var amount = quota.Rational("amount")
            ?? (quota["yearly"] is not null ? OfYear(quota, window) : null)
            ?? (quota["amounts"] as JsonObject)?.Rational(window.Name);
        return amount is null || amount.Sign == 0 ? null : amount * Part(window);
    }

    /// <summary>The target of a component for a window; null where a rep's own is asked for and is missing.</summary>
    public Rational? Target(OracleComponent component, OracleWindow window)
    {
        var target = component.Target ?? (json["targets"] as JsonObject)?.Rational(component.Id);
        return target is null ? null : target * Part(window);
    }

    private static Rational OfYear(JsonObject quota, OracleWindow window)
    {
        var share = quota["spread"] is { } spread
            ? spread.Rationals()[window.Number]
            : new Rational(1, OracleWindow.PerYear(window.Kind));
        return quota.Rational("yearly")! * share;
    }
}
