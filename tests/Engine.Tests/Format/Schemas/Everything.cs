using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Format.Schemas;

/// <summary>Valid documents that have, together, every field of the format.</summary>
internal static class Everything
{
    private const string Rep = """
        rep: kary
        name: Kary
        title: Account executive
        manager: lee
        assignments:
          - plan: ae
            from: 2026-01-01
            to: 2026-12-31
            quotas:
              a: { window: year, amount: 1200000 }
              b: { window: quarter, amounts: { 2026-Q1: 100000, 2026-Q2: '200000' } }
              c: { window: quarter, yearly: 1200000, spread: [20%, 25%, 25%, 30%] }
              d: { window: year, amounts: { 2026: 5 } }
            targets: { new-business: 60000 }
            prorate: days
        """;

    private const string Case = """
        [ { "id": "x", "source": "here", "category": "all",
            "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
              "components": [
                { "component": "a", "quota": "q", "per-unit": 2, "multiplier":
                  { "by": "a", "points": [ { "at": 0, "factor": "90%" }, { "at": 1, "factor": 1 } ] } },
                { "component": "b", "quota": "q", "rate": 0.05, "when": { "amount": [1, "2"], "margin": { "not": [5] },
                  "quantity": { "max": 5 }, "credited": { "not": ["2026-02-03"] }, "type": ["new", 1, true],
                  "size": { "min": 1, "max": 3 },
                  "kind": { "not": ["", "old"] } } } ] },
            "assignment": { "plan": "p", "from": "2026-01-01", "to": "2026-12-31", "targets": {}, "prorate": "none",
              "quotas": { "q": { "window": "month", "amount": "5" } } },
            "credits": [ { "deal": "d", "credited": "2026-02-03", "role": "owner", "share": "100%", "amount": 5,
              "margin": "1.5", "quantity": -2, "fields": { "type": "new", "n": 5, "big": true } } ],
            "expect": {
              "windows": [
                { "component": "a", "window": "2026-02", "credited": 5, "attainment": 1, "earned": "9.00" } ],
              "statements": [ { "period": "2026-02", "earned": 9, "paid": 9, "draw-balance": 0 } ],
              "deals": [ { "deal": "d", "component": "a", "earned": "9.00" } ] } },
          { "id": "y", "assignment": {}, "credits": [], "expect": {}, "plans": [
            { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
              "components": [ { "component": "a", "rate": "5%" } ] } ] } ]
        """;

    /// <summary>The documents, with the names of their schemas.</summary>
    public static IReadOnlyList<(string Schema, JsonNode Document)> Documents =>
        [("plan", FromYaml(PlanMeaningTests.Full)), ("rep", FromYaml(Rep)), ("case", JsonNode.Parse(Case)!)];

    /// <summary>A document's tree as JSON, in which every value is text.</summary>
    public static JsonNode FromYaml(string text) => ToJson(Document.Read(text, new ProblemList())!.Node);

    /// <summary>What the parser says of a document.</summary>
    public static IReadOnlyList<Problem> Parse(string schema, string text) => schema switch
    {
        "plan" => PlanFormat.ParsePlan(text).Problems,
        "rep" => PlanFormat.ParseRep(text).Problems,
        _ => PlanFormat.ParseCases(text).Problems,
    };

    private static JsonNode ToJson(Node node) => node switch
    {
        MapNode map => new JsonObject(
            map.Entries.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Name.Text, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        TextNode text => JsonValue.Create(text.Text),
        _ => throw new InvalidOperationException("Only documents without empty values."),
    };
}
