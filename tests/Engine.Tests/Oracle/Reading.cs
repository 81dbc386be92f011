using System.Globalization;
using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>Values out of JSON, whether written as strings or as numbers.</summary>
internal static class Reading
{
    public static string? Text(this JsonObject json, string name) => json[name]?.ToString();

    public static DateOnly? Day(this JsonObject json, string name) =>
        json.Text(name) is { } text ? ToDay(text) : null;

    public static DateOnly ToDay(string text) =>
        DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static Rational? Rational(this JsonObject json, string name) =>
        json.Text(name) is { } text ? ToRational(text) : null;

    public static Number? Number(this JsonObject json, string name) =>
        json.Text(name) is { } text ? new Number(ToRational(text), text.EndsWith('%')) : null;

    public static Rational ToRational(string text) =>
        Oracle.Rational.TryRead(text) ?? throw new FormatException(text);

    public static IEnumerable<JsonObject> Objects(this JsonObject json, string name) =>
        (json[name] as JsonArray ?? []).Select(item => item!.AsObject());

    public static List<Rational> Rationals(this JsonNode json) =>
        [.. json.AsArray().Select(item => ToRational(item!.ToString()))];

    public static List<Step> Steps(this JsonObject json, string name, string at, string value) =>
        [.. json.Objects(name).Select(item => new Step(item.Rational(at)!, item.Rational(value)!))];
}
