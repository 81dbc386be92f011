using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>Evaluates a world, written as JSON, from nothing and exactly: the format's page, read literally.</summary>
/// <remarks>
/// A world has <c>plan</c> or <c>plans</c>, <c>assignment</c> or <c>assignments</c>, <c>rates</c>, and either
/// <c>credits</c>, as a conformance case has, or a <c>history</c>, in which each event replaces its deal. It shares
/// nothing with the engine.
/// </remarks>
internal sealed class OracleWorld
{
    private readonly List<OraclePlan> _plans;
    private readonly List<OracleAssignment> _assignments;
    private readonly List<JsonObject> _rates;
    private readonly List<OracleDeal> _deals;

    public OracleWorld(JsonObject json)
    {
        _plans = [.. Several(json, "plan", "plans").Select(plan => new OraclePlan(plan))];
        _assignments = [.. Several(json, "assignment", "assignments").Select(item => new OracleAssignment(item))];
        _rates = [.. json.Objects("rates")];
        var known = json.ContainsKey("history") ? LastOfEach(json.Objects("history")) : Merged(json.Objects("credits"));
        _deals = [.. known
            .Where(deal => deal.IsWon && deal.Roles.Count > 0)
            .OrderBy(deal => deal.Credited).ThenBy(deal => deal.Id, StringComparer.Ordinal)];
    }

    /// <summary>Every figure.</summary>
    /// <param name="through">Statements reach from the start of an assignment to the period of this day; null: from
    /// the period of its first credit to that of its last, as in a conformance case.</param>
    public OracleFigures Evaluate(DateOnly? through = null)
    {
        var ledgers = _assignments.Select((assignment, index) => Walk(index, assignment)).ToList();
        var unassigned = _deals.Where(deal => !ledgers.Exists(ledger => ledger.Holds(deal)));
        return new OracleFigures(
            [.. ledgers.SelectMany(ledger => ledger.Windows())],
            [.. ledgers.SelectMany(ledger => ledger.Statements(through))],
            [.. ledgers.SelectMany(ledger => ledger.Deals)],
            [.. unassigned.Select(deal => deal.Id)]);
    }

    private static IEnumerable<JsonObject> Several(JsonObject json, string one, string many) =>
        json[one] is JsonObject single ? [single] : json.Objects(many);

    private static IEnumerable<OracleDeal> LastOfEach(IEnumerable<JsonObject> history) =>
        history.Select(item => new OracleDeal(item)).GroupBy(deal => deal.Id).Select(deal => deal.Last());

    private static List<OracleDeal> Merged(IEnumerable<JsonObject> credits)
    {
        var deals = new List<OracleDeal>();
        foreach (var deal in credits.Select(item => new OracleDeal(item)))
        {
            var same = deals.Find(other => other.Id == deal.Id);
            foreach (var (role, share) in deal.Roles)
            {
                same?.Add(role, share);
            }

            if (same is null)
            {
                deals.Add(deal);
            }
        }

        return deals;
    }

    private OracleLedger Walk(int index, OracleAssignment assignment)
    {
        var versions = _plans.Where(plan => assignment.Plan is null || plan.Id == assignment.Plan)
            .OrderBy(plan => plan.Effective).ToList();
        var ledger = new OracleLedger(index, assignment, versions);
        foreach (var deal in _deals.Where(deal => assignment.Covers(deal.Credited)))
        {
            if (versions.LastOrDefault(plan => plan.Effective <= deal.Credited) is { } version)
            {
                var money = new Money(version.Currency, Rate(deal, version.Currency));
                ledger.Add(deal, version, money);
            }
        }

        return ledger;
    }

    // The rate in force on the credit date; of two of one day the later in the list.
    private Rational? Rate(OracleDeal deal, string currency)
    {
        if (deal.Currency is null || deal.Currency == currency)
        {
            return Rational.One;
        }

        return _rates
            .Where(rate => rate.Text("from") == deal.Currency && rate.Text("to") == currency)
            .Where(rate => rate.Day("day") <= deal.Credited)
            .OrderBy(rate => rate.Day("day")).LastOrDefault()?.Rational("rate");
    }
}
