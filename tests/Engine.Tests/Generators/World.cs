using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Generators;

/// <summary>A payee's world as a document, and as the engine's own parser reads it.</summary>
internal sealed class World
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private World(JsonObject json, int seed)
    {
        (Json, Seed) = (json, seed);
        Assignments = [.. Objects("assignments").Select(ReadAssignment)];
        Rates = new CurrencyRates(Objects("rates").Select(rate => new CurrencyRate(
            Text(rate, "from")!, Text(rate, "to")!, Day(rate, "day")!.Value, Number(rate, "rate")!.Value)));
        History = [.. Objects("history").Select(ReadEvent)];
        Through = Day(json, "through");
    }

    public JsonObject Json { get; }

    /// <summary>What it, or the world that it was shrunk from, was made from.</summary>
    public int Seed { get; }

    public IReadOnlyList<PlanAssignment> Assignments { get; }

    public CurrencyRates Rates { get; }

    /// <summary>In the order of arrival; each event replaces what was known of its deal.</summary>
    public ImmutableArray<DealCredit> History { get; }

    /// <summary>The day up to which statements are made; null: from the first credit to the last.</summary>
    public DateOnly? Through { get; }

    /// <summary>The world of a seed: mostly small, one in a hundred with many events.</summary>
    /// <exception cref="FormatException">The generator wrote what the engine's parser refuses.</exception>
    public static World Of(int seed)
    {
        var dice = new Dice(seed);
        var events = dice.Between(1, 100) switch { <= 70 => dice.Between(1, 6), < 100 => dice.Between(7, 16), _ => 60 };
        return Of(seed, events);
    }

    /// <summary>The world of a seed, with so many events.</summary>
    /// <exception cref="FormatException">The generator wrote what the engine's parser refuses.</exception>
    public static World Of(int seed, int events) => new(new WorldMaker(seed).World(events), seed);

    /// <summary>Reads a world; null where the format refuses any of its documents.</summary>
    public static World? TryRead(JsonObject json, int seed)
    {
        try
        {
            return new World(json, seed) is { Assignments.Count: > 0 } world && IsInOrder(world.Assignments)
                ? world
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The document, and how to run it again.</summary>
    public override string ToString() =>
        $"COMMISSION_SEED={Seed} replays the world that this one was shrunk from:\n{Json.ToJsonString(Indented)}";

    private static bool IsInOrder(IReadOnlyList<PlanAssignment> assignments) => assignments
        .Zip(assignments.Skip(1))
        .All(pair => pair.First.Assignment.To < pair.Second.Assignment.From);

    private PlanAssignment ReadAssignment(JsonObject assignment)
    {
        var plans = Objects("plans").Where(plan => Text(plan, "plan") == Text(assignment, "plan"));
        var document = new JsonObject
        {
            ["id"] = "world",
            ["plans"] = new JsonArray([.. plans.Select(plan => plan.DeepClone())]),
            ["assignment"] = assignment.DeepClone(),
            ["credits"] = new JsonArray(),
        };
        var parsed = PlanFormat.ParseCases(document.ToJsonString());
        return parsed.IsValid
            ? new PlanAssignment(parsed.Value[0].Assignment, parsed.Value[0].Plans)
            : throw new FormatException(string.Join('\n', parsed.Problems));
    }

    private static DealCredit ReadEvent(JsonObject json)
    {
        var roles = json["roles"] as JsonObject ?? [];
        var fields = json["fields"] as JsonObject ?? [];
        var deal = new Deal
        {
            Id = Text(json, "deal") ?? throw new FormatException("deal"),
            Credited = Day(json, "credited") ?? throw new FormatException("credited"),
            Status = Word<DealStatus>(Text(json, "status") ?? "won"),
            Amount = Number(json, "amount") ?? 0m,
            Currency = Text(json, "currency"),
            Margin = Number(json, "margin"),
            Quantity = Number(json, "quantity"),
            Fields = fields.ToImmutableSortedDictionary(
                field => field.Key, field => field.Value!.ToString(), StringComparer.Ordinal),
        };
        return new DealCredit(deal, [.. roles.Select(role =>
            new RoleShare(Word<CreditRole>(role.Key), Share(role.Value!.ToString())))]);
    }

    private IEnumerable<JsonObject> Objects(string name) =>
        (Json[name] as JsonArray ?? []).Select(item => item as JsonObject ?? throw new FormatException(name));

    private static T Word<T>(string text)
        where T : struct =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : throw new FormatException(text);

    private static decimal Share(string text) => text.EndsWith('%')
        ? decimal.Parse(text[..^1], CultureInfo.InvariantCulture) / 100m
        : decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string? Text(JsonObject json, string name) => json[name]?.ToString();

    private static decimal? Number(JsonObject json, string name) =>
        Text(json, name) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;

    private static DateOnly? Day(JsonObject json, string name) => Text(json, name) is { } text
        ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture)
        : null;
}
