using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Generators;

/// <summary>Makes a payee's world: plans, assignments, rates and a history, in which each event replaces what was
/// known of its deal. Days and figures meet the edges often.</summary>
internal sealed class WorldMaker
{
    private readonly Dice _dice;
    private readonly int _unit;
    private readonly int _days;
    private readonly DateOnly _start;
    private readonly PlanMaker _plans;
    private readonly List<DateOnly> _edges;

    public WorldMaker(int seed)
    {
        _dice = new Dice(seed);
        _unit = _dice.Pick(100, 250, 1000, 1000, 3000);
        _start = _dice.Pick(new DateOnly(2026, 1, 1), new DateOnly(2027, 7, 1), new DateOnly(2028, 1, 1));
        _days = _dice.Pick(40, 100, 430);
        _plans = new PlanMaker(_dice, _unit);
        _edges = [_start, new DateOnly(2028, 2, 29)];
        for (var month = 0; month <= _days / 30; month += _dice.Between(1, 4))
        {
            _edges.AddRange([_start.AddMonths(month), _start.AddMonths(month).AddDays(-1)]);
        }
    }

    /// <summary>A world with so many events.</summary>
    public JsonObject World(int events)
    {
        var world = new JsonObject();
        var (plans, assignments) = (new JsonArray(), new JsonArray());
        var from = _start.AddDays(_dice.Pick(0, -20, -400, _dice.Between(-20, 20)));
        do
        {
            from = _dice.Chance(50) ? _edges.Where(day => day >= from).DefaultIfEmpty(from).Min() : from;
            DateOnly? to = _dice.Chance(40) ? End(from) : null;
            var id = assignments.Count == 0 ? "p" : _dice.Pick("p", "q");
            if (!plans.Any(plan => (string?)plan!["plan"] == id))
            {
                AddVersions(plans, id, from);
            }

            var start = assignments.Count == 0 && _dice.Chance(12) ? (DateOnly?)null : from;
            assignments.Add((JsonNode)Assignment(id, start, to, Components(plans, id)));
            from = (to ?? _start.AddYears(50)).AddDays(_dice.Pick(1, 1, 5));
        }
        while (from < _start.AddDays(_days) && assignments.Count < 3);

        (world["plans"], world["assignments"]) = (plans, assignments);
        AddRates(world, plans);
        world["history"] = new HistoryMaker(_dice, _unit, AnyDay).History(events);
        if (_dice.Chance(60))
        {
            world["through"] = Dice.Text(AnyDay());
        }

        return world;
    }

    private DateOnly AnyDay() =>
        _dice.Chance(45) ? _dice.Pick(_edges) : _start.AddDays(_dice.Between(-10, _days));

    private DateOnly End(DateOnly from)
    {
        var to = _dice.Pick(from, from.AddDays(_dice.Between(1, _days)), _edges.Where(day => day >= from)
            .DefaultIfEmpty(from).Last());
        _edges.AddRange([from, to, to.AddDays(1)]);
        return to;
    }

    private void AddVersions(JsonArray plans, string id, DateOnly from)
    {
        var effective = from.AddDays(_dice.Pick(0, 0, -30, -200, 10));
        var plan = _plans.Plan(id, effective);
        plans.Add((JsonNode)plan);
        for (var version = 2; version <= 3 && _dice.Chance(33); version++)
        {
            var next = _dice.Chance(50) ? _dice.Pick(_edges) : effective.AddDays(_dice.Between(20, 200));
            effective = next > effective ? next : effective.AddDays(1);
            _edges.AddRange([effective, effective.AddDays(-1)]);
            plan = _plans.Amended(plan, effective);
            plans.Add((JsonNode)plan);
        }
    }

    private JsonObject Assignment(
        string plan, DateOnly? from, DateOnly? to, List<JsonObject> components)
    {
        var assignment = new JsonObject { ["plan"] = plan };
        if (from is { } first)
        {
            assignment["from"] = Dice.Text(first);
        }

        if (to is { } last)
        {
            assignment["to"] = Dice.Text(last);
        }

        assignment["quotas"] = Named(components.Where(component => component.ContainsKey("quota")), "quota", Quota);
        assignment["targets"] = Named(components, "component", _ => Dice.Text(_dice.Pick(_unit, 5 * _unit, 12345)));
        if (_dice.Chance(60))
        {
            assignment["prorate"] = _dice.Pick("days", "days", "none");
        }

        return assignment;
    }

    private static List<JsonObject> Components(JsonArray plans, string id) =>
    [
        .. plans.Where(plan => (string?)plan!["plan"] == id)
            .SelectMany(plan => plan!["components"]!.AsArray()).Select(component => component!.AsObject()),
    ];

    // Most of the names that components ask for, each once.
    private JsonObject Named(IEnumerable<JsonObject> components, string field, Func<JsonObject, JsonNode> make) => new(
        components.DistinctBy(component => (string?)component[field]).Where(_ => _dice.Chance(92))
            .Select(component => KeyValuePair.Create((string)component[field]!, (JsonNode?)make(component))));

    private JsonObject Quota(JsonObject component)
    {
        var window = (string)component["window"]!;
        var unit = ((string)component["quota"]!).StartsWith("few", StringComparison.Ordinal) ? 1 : _unit;
        var quota = new JsonObject { ["window"] = window };
        var amount = Dice.Text(
            _dice.Pick(unit, 2 * unit, 4 * unit, 10 * unit, 10 * unit, _dice.Between(1, 12 * unit), 0));
        if (window == "deal" || _dice.Chance(45))
        {
            quota["amount"] = amount;
        }
        else if (_dice.Chance(35))
        {
            quota["amounts"] = Amounts(window, unit);
        }
        else
        {
            quota["yearly"] = _dice.Chance(60) ? Dice.Text(unit * PerYear(window) * _dice.Between(1, 4)) : amount;
            AddSpread(quota, window);
        }

        return quota;
    }

    private JsonObject Amounts(string window, int unit)
    {
        var amounts = new JsonObject();
        for (var year = _start.Year; year <= _start.Year + 2; year++)
        {
            for (var number = 1; number <= PerYear(window); number++)
            {
                var name = window switch
                {
                    "month" => $"{year}-{number:00}",
                    "quarter" => $"{year}-Q{number}",
                    "half" => $"{year}-H{number}",
                    _ => $"{year}",
                };
                if (_dice.Chance(85))
                {
                    amounts[name] = Dice.Text(unit * _dice.Between(0, 8));
                }
            }
        }

        return amounts;
    }

    private void AddSpread(JsonObject quota, string window)
    {
        if (_dice.Chance(50))
        {
            return;
        }

        var shares = Enumerable.Range(1, PerYear(window)).Select(_ => _dice.Between(0, 100 / PerYear(window))).ToList();
        shares[^1] += 100 - shares.Sum();
        quota["spread"] = new JsonArray([.. shares.Select(share => (JsonNode)$"{share}%")]);
    }

    private void AddRates(JsonObject world, JsonArray plans)
    {
        var rates = new JsonArray();
        foreach (var currency in plans.Select(plan => (string)plan!["currency"]!).Distinct())
        {
            for (var count = _dice.Between(0, 2); count > 0; count--)
            {
                rates.Add((JsonNode)new JsonObject
                {
                    ["from"] = "GBP",
                    ["to"] = currency,
                    ["day"] = Dice.Text(_dice.Chance(60) ? _start.AddDays(-40) : AnyDay()),
                    ["rate"] = _dice.Pick("1.25", "2", "1.1512345678901234567", "187.031"),
                });
            }
        }

        world["rates"] = rates;
    }

    private static int PerYear(string window) =>
        window switch { "month" => 12, "quarter" => 4, "half" => 2, _ => 1 };
}
