using System.Collections.Immutable;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>What a deal earns.</summary>
internal static class ExplainDeal
{
    public static Explanation Of(
        RepBooks books, DealEarning earning, ImmutableArray<TraceChange> traces, ExplainOptions options)
    {
        if (earning.Currency is null || books.Find(earning.Credited, out var version) is not { } account)
        {
            return Unassigned(earning);
        }

        var credits = new ExplainCredits(books, account, options);
        return All(earning, version!, traces, component => credits.Of(earning.Deal, component.Slot));
    }

    public static Explanation OfPreview(RepBooks books, DealCredit credit, Preview preview) =>
        preview.Deal.Currency is null || books.Find(preview.Deal.Credited, out var version) is null
            ? Unassigned(preview.Deal)
            : All(preview.Deal, version!, preview.Traces,
                component => credit.Deal.Status == DealStatus.Won && !credit.Roles.IsDefaultOrEmpty
                    ? CreditCounts.Explain(component, credit, books.Rates)
                    : null);

    private static Explanation All(DealEarning earning, VersionRules version,
        ImmutableArray<TraceChange> traces, Func<ComponentRules, DealCount?> count)
    {
        var money = FigureUnit.Of(earning.Currency!);
        var lines = ImmutableArray.CreateBuilder<TraceLine>();
        for (var i = 0; i < traces.Length; i++)
        {
            var component = version.Components[i];
            var part = earning.Components[i];
            var counted = count(component);
            if (part.Earned == 0m && traces[i].After.Earned == 0m && counted is { Reason: not CountReason.Counts })
            {
                var words = $"{component.Definition.Title}: {counted.Text}";
                lines.Add(TraceLine.Of(TraceStep.Component, words, Exact.Zero) with { Subject = part.Component });
                continue;
            }

            var text = component.HasDealWindows
                ? component.Definition.Title
                : $"{component.Definition.Title}, {traces[i].After.Window}";
            var how = counted is null ? null : counted.ToLine() with { Text = counted.Text };
            var detail = DealChange.Of("", traces[i], how);
            lines.Add(TraceLine.Of(TraceStep.Component, text, part.Earned, detail: detail) with
            {
                Subject = part.Component,
            });
        }

        lines.Add(TraceLine.Of(
            TraceStep.Earned, $"earned by the deal {money.Say(earning.Total)}", Exact.Zero, earning.Total));
        var title = $"Deal {earning.Deal}, {Day(earning.Credited)}, on plan {earning.Plan}: " +
            $"earns {money.Say(earning.Total)}";
        return Explanation.Of(FigureKind.Deal, title, money, earning.Total, lines.ToImmutable());
    }

    private static Explanation Unassigned(DealEarning earning)
    {
        var text = $"no plan on {Day(earning.Credited)}: the deal is unassigned and earns nothing";
        return Explanation.Of(
            FigureKind.Deal, $"Deal {earning.Deal}, {Day(earning.Credited)}: earns nothing",
            new FigureUnit("", null), Exact.Zero, [TraceLine.Of(TraceStep.Deal, text, Exact.Zero)]);
    }
}
