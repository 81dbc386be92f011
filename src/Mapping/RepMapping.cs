using System.Collections.Immutable;
using Commission.Engine;
using Api = Commission.Contracts.V1;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Mapping;

/// <summary>From the API's payee to the engine's assignments.</summary>
internal static class RepMapping
{
    private const int MostAssignments = 200;

    /// <summary>The assignments in order of dates; what is wrong goes to <paramref name="fields"/>.</summary>
    public static ImmutableArray<Assignment> ToAssignments(Api.Rep rep, Fields fields)
    {
        fields.Slug("rep", rep.Rep_);
        if (rep.Manager.Length > 0 && fields.Slug("manager", rep.Manager) && rep.Manager == rep.Rep_)
        {
            fields.Refuse("manager", "A payee can't be its own manager.");
        }

        if (rep.Assignments.Count > MostAssignments)
        {
            fields.Refuse("assignments", $"Expected at most {MostAssignments}; found {rep.Assignments.Count}.");
            return [];
        }

        var assignments = rep.Assignments
            .Select((assignment, i) => (Value: assignment, At: $"assignments[{i}]"))
            .Select(entry => (entry.At, Value: ToAssignment(entry.Value, entry.At, fields)))
            .OrderBy(entry => entry.Value.From)
            .ToList();
        foreach (var (earlier, later) in assignments.Zip(assignments.Skip(1)))
        {
            if (earlier.Value.To is null || earlier.Value.To >= later.Value.From)
            {
                fields.Refuse($"{later.At}.from",
                    $"{later.Value.From?.ToText()} lies within {earlier.At}: end that one on the day before.");
            }
        }

        return [.. assignments.Select(entry => entry.Value)];
    }

    private static Assignment ToAssignment(Api.Assignment assignment, string at, Fields fields)
    {
        fields.Slug($"{at}.plan", assignment.Plan);
        var from = fields.Day($"{at}.from", assignment.From);
        var to = fields.OptionalDay($"{at}.to", assignment.To);
        if (from > to)
        {
            fields.Refuse($"{at}.to", $"{assignment.To} is before {assignment.From}: the assignment would be empty.");
        }

        var quotas = assignment.Quotas.ToImmutableDictionary(
            quota => quota.Key,
            quota => ToQuota(quota.Value, $"{at}.quotas[{quota.Key}]", fields),
            StringComparer.Ordinal);
        var targets = assignment.Targets.ToImmutableDictionary(
            target => target.Key,
            target => NotNegative($"{at}.targets[{target.Key}]", target.Value, fields),
            StringComparer.Ordinal);
        return new Assignment(assignment.Plan, from, to, quotas, targets, ToProration(assignment.Prorate, at, fields));
    }

    private static Proration ToProration(string prorate, string at, Fields fields)
    {
        if (prorate is not ("" or "none" or "days"))
        {
            fields.Refuse($"{at}.prorate", $"'{prorate}' is not a proration: expected none or days.");
        }

        return prorate == "days" ? Proration.Days : Proration.None;
    }

    /// <summary>The engine's quota; what is wrong with it goes to <paramref name="fields"/>.</summary>
    public static Quota ToQuota(Api.Quota quota, string at, Fields fields)
    {
        var window = ToWindow(quota.Window, $"{at}.window", fields);
        var forms = (quota.Amount.Length > 0 ? 1 : 0) + (quota.Amounts.Count > 0 ? 1 : 0)
            + (quota.Yearly.Length > 0 ? 1 : 0);
        if (forms != 1)
        {
            fields.Refuse(at, "Exactly one of amount, amounts and yearly is required.");
        }

        if (quota.Amounts.Count > 0)
        {
            return new Quota.Named(window, quota.Amounts.ToImmutableDictionary(
                entry => entry.Key,
                entry => ToNamed(entry.Key, entry.Value, window, at, fields),
                StringComparer.Ordinal));
        }

        return quota.Yearly.Length > 0
            ? new Quota.Yearly(
                window,
                NotNegative($"{at}.yearly", quota.Yearly, fields),
                ToSpread(quota, window, at, fields))
            : new Quota.Same(window, quota.Amount.Length > 0 ? NotNegative($"{at}.amount", quota.Amount, fields) : 0m);
    }

    private static decimal ToNamed(string name, string amount, WindowKind kind, string at, Fields fields)
    {
        if (!FiscalWindows.TryParse(name, 1, out var window) || window.Kind != kind)
        {
            fields.Refuse($"{at}.amounts[{name}]", $"'{name}' does not name a {kind.ToString().ToLowerInvariant()}.");
        }

        return NotNegative($"{at}.amounts[{name}]", amount, fields);
    }

    private static ImmutableArray<decimal> ToSpread(Api.Quota quota, WindowKind window, string at, Fields fields)
    {
        var shares = quota.Spread
            .Select((share, i) => NotNegative($"{at}.spread[{i}]", share, fields))
            .ToImmutableArray();
        if (shares.Length > 0 && (shares.Length != FiscalWindows.PerYear(window) || shares.Sum() != 1m))
        {
            fields.Refuse($"{at}.spread", $"Expected {FiscalWindows.PerYear(window)} shares that add up to 100 %.");
        }

        return shares;
    }

    private static decimal NotNegative(string at, string text, Fields fields)
    {
        var value = fields.Number(at, text) ?? 0m;
        if (value < 0m)
        {
            fields.Refuse(at, $"{text} is negative: expected 0 or more.");
        }

        return fields.Magnitude(at, value) ? value : 0m;
    }

    private static WindowKind ToWindow(string window, string at, Fields fields)
    {
        switch (window)
        {
            case "month": return WindowKind.Month;
            case "quarter": return WindowKind.Quarter;
            case "half": return WindowKind.Half;
            case "year": return WindowKind.Year;
            default:
                fields.Refuse(at, $"'{window}' is not a quota window: expected month, quarter, half or year.");
                return WindowKind.Year;
        }
    }
}
