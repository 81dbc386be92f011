using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Commission.Engine.Tests.Conformance;

/// <summary>Reads conformance cases without the product's own parser, so that the engine is judged alone.</summary>
public static class CaseReader
{
    public static IEnumerable<EngineCase> ReadAll()
    {
        foreach (var file in new[] { "published.json", "peers.json", "reference.json" })
        {
            var path = Path.Combine(AppContext.BaseDirectory, "Cases", file);
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var element in document.RootElement.EnumerateArray())
            {
                yield return Case(element);
            }
        }
    }

    private static EngineCase Case(JsonElement json)
    {
        var plan = Plan(json.GetProperty("plan"));
        return new EngineCase(
            json.GetProperty("id").GetString()!,
            new PlanAssignment(Assignment(json.GetProperty("assignment")), [plan]),
            [.. Credits(json.GetProperty("credits"))],
            json.GetProperty("expect").Clone());
    }

    private static Plan Plan(JsonElement json)
    {
        var code = Text(json, "currency")!;
        Assert.True(Currency.TryGet(code, out var currency), code);
        var pays = Text(json, "pays") switch
        {
            "monthly" => PayFrequency.Monthly,
            "quarterly" => PayFrequency.Quarterly,
            _ => PayFrequency.Yearly,
        };
        return new Plan(
            Text(json, "plan")!,
            Text(json, "title") ?? Text(json, "plan")!,
            currency,
            Day(json, "effective") ?? DateOnly.MinValue,
            pays,
            (int)(Number(json, "year-starts") ?? 1m),
            Text(json, "rounding") == "half-even" ? RoundingRule.HalfEven : RoundingRule.HalfUp,
            [.. json.GetProperty("components").EnumerateArray().Select(part => ComponentReader.Read(part, pays))],
            json.TryGetProperty("draw", out var draw)
                ? new Draw(Number(draw, "amount")!.Value, Text(draw, "recoverable") == "true")
                : null);
    }

    private static Assignment Assignment(JsonElement json) => new(
        Text(json, "plan") ?? string.Empty,
        Day(json, "from"),
        Day(json, "to"),
        json.TryGetProperty("quotas", out var quotas)
            ? quotas.EnumerateObject().ToImmutableDictionary(quota => quota.Name, quota => Quota(quota.Value))
            : ImmutableDictionary<string, Quota>.Empty,
        json.TryGetProperty("targets", out var targets)
            ? targets.EnumerateObject().ToImmutableDictionary(target => target.Name, target => Number(target.Value))
            : ImmutableDictionary<string, decimal>.Empty,
        Text(json, "prorate") == "days" ? Proration.Days : Proration.None);

    private static Quota Quota(JsonElement json)
    {
        var window = Enum.Parse<WindowKind>(Text(json, "window")!, ignoreCase: true);
        if (json.TryGetProperty("amounts", out var amounts))
        {
            return new Quota.Named(window, amounts.EnumerateObject()
                .ToImmutableDictionary(amount => amount.Name, amount => Number(amount.Value)));
        }

        if (Number(json, "yearly") is not { } yearly)
        {
            return new Quota.Same(window, Number(json, "amount")!.Value);
        }

        return new Quota.Yearly(window, yearly, json.TryGetProperty("spread", out var spread)
            ? [.. spread.EnumerateArray().Select(Number)]
            : []);
    }

    private static IEnumerable<DealCredit> Credits(JsonElement json) => json.EnumerateArray()
        .GroupBy(credit => Text(credit, "deal")!)
        .Select(credits => new DealCredit(
            Deal(credits.First()),
            [.. credits.Select(credit => new RoleShare(
                Enum.Parse<CreditRole>(Text(credit, "role")!, ignoreCase: true),
                Number(credit, "share")!.Value))]));

    private static Deal Deal(JsonElement json) => new()
    {
        Id = Text(json, "deal")!,
        Credited = Day(json, "credited")!.Value,
        Amount = Number(json, "amount") ?? 0m,
        Margin = Number(json, "margin"),
        Quantity = Number(json, "quantity"),
        Fields = json.TryGetProperty("fields", out var fields)
            ? fields.EnumerateObject().ToImmutableSortedDictionary(
                field => field.Name, field => Text(field.Value), StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty,
    };

    internal static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? Text(value) : null;

    internal static string Text(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    internal static decimal? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? Number(value) : null;

    internal static decimal Number(JsonElement json) => Number(Text(json));

    internal static decimal Number(string text) => text.EndsWith('%')
        ? decimal.Parse(text[..^1], CultureInfo.InvariantCulture) / 100m
        : decimal.Parse(text, CultureInfo.InvariantCulture);

    private static DateOnly? Day(JsonElement json, string name) =>
        Text(json, name) is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
}

/// <summary>One case; <see cref="Expect"/> holds what its source states.</summary>
public sealed record EngineCase(
    string Id, PlanAssignment Assignment, ImmutableArray<DealCredit> Credits, JsonElement Expect)
{
    public override string ToString() => Id;
}
