using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.V1;
using Commission.Engine;
using Deal = Commission.Engine.Deal;
using DealStatus = Commission.Engine.DealStatus;
using Quota = Commission.Engine.Quota;

namespace Commission.Simulation.Tests.Model;

/// <summary>Reads the API's documents for the engine: plainly, and apart from how the grains do it.</summary>
internal static class Reading
{
    public static decimal Value(Money money) => money.Units + (money.Nanos / 1_000_000_000m);

    /// <summary>Decimal text or a percentage.</summary>
    public static decimal Number(string text) => text.EndsWith('%')
        ? decimal.Parse(text[..^1], CultureInfo.InvariantCulture) / 100m
        : decimal.Parse(text, CultureInfo.InvariantCulture);

    public static Deal Deal(Contracts.V1.Deal deal) => new()
    {
        Id = deal.Deal_,
        Credited = Days.Parse(deal.Credited),
        Status = Enum.Parse<DealStatus>(deal.Status.ToString()),
        Amount = deal.Amount is null ? 0m : Value(deal.Amount),
        Currency = (deal.Amount ?? deal.Margin)?.Currency,
        Margin = deal.Margin is null ? null : Value(deal.Margin),
        Quantity = deal.Quantity.Length == 0 ? null : Number(deal.Quantity),
        Fields = deal.Fields.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    public static List<PlanAssignment> Assignments(Rep rep, IReadOnlyDictionary<string, List<Plan>> plans) =>
    [
        .. rep.Assignments.Select(Assignment).OrderBy(one => one.From).Select(one => new PlanAssignment(
            one, [.. plans[one.Plan].OrderBy(plan => plan.Effective)])),
    ];

    private static Engine.Assignment Assignment(Contracts.V1.Assignment assignment) => new(
        assignment.Plan,
        Days.Parse(assignment.From),
        assignment.To.Length == 0 ? null : Days.Parse(assignment.To),
        assignment.Quotas.ToImmutableDictionary(one => one.Key, one => ToQuota(one.Value), StringComparer.Ordinal),
        assignment.Targets.ToImmutableDictionary(one => one.Key, one => Number(one.Value), StringComparer.Ordinal),
        assignment.Prorate == "days" ? Proration.Days : Proration.None);

    private static Quota ToQuota(Contracts.V1.Quota quota)
    {
        var window = Enum.Parse<WindowKind>(quota.Window, ignoreCase: true);
        return quota.Yearly.Length > 0
            ? new Quota.Yearly(window, Number(quota.Yearly), [])
            : new Quota.Same(window, Number(quota.Amount));
    }
}
