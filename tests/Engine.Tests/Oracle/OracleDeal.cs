using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>A deal with one payee's roles on it.</summary>
internal sealed class OracleDeal
{
    private readonly JsonObject _json;

    public OracleDeal(JsonObject json)
    {
        _json = json;
        Id = json.Text("deal")!;
        Credited = json.Day("credited")!.Value;
        if (json.Text("role") is { } role)
        {
            Add(role, json.Rational("share")!);
        }

        foreach (var (name, share) in json["roles"] as JsonObject ?? [])
        {
            Add(name, Reading.ToRational(share!.ToString()));
        }
    }

    public string Id { get; }

    public DateOnly Credited { get; }

    public bool IsWon => (_json.Text("status") ?? "won") == "won";

    public string? Currency => _json.Text("currency");

    public Dictionary<string, Rational> Roles { get; } = new(StringComparer.Ordinal);

    /// <summary>The same role by two ways counts once, with the larger share.</summary>
    public void Add(string role, Rational share) =>
        Roles[role] = Roles.TryGetValue(role, out var had) ? Rational.Larger(had, share) : share;

    /// <summary>The text of a field, or null where the deal lacks it.</summary>
    public string? Field(string name) => name switch
    {
        "deal" => Id,
        "amount" => _json.Text("amount") ?? "0",
        "margin" or "quantity" or "credited" or "currency" => _json.Text(name),
        _ => (_json["fields"] as JsonObject)?.Text(name),
    };
}
