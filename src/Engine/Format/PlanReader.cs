using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads one version of a plan.</summary>
internal static class PlanReader
{
    /// <summary>The plan, or null after errors were reported.</summary>
    public static Plan? Read(Spot spot)
    {
        var errors = spot.Problems.Errors;
        var fields = spot.Fields(PlanShapes.Plan);
        if (fields is null)
        {
            return null;
        }

        var id = fields.Take(PlanShapes.Id) ?? "";
        var title = fields.Take(PlanShapes.Title) ?? id;
        var currency = fields.Take(PlanShapes.Currency) ?? new Currency("", 0);
        var effective = fields.Take(PlanShapes.Effective) ?? default;
        var pays = fields.Take(PlanShapes.Pays);
        var yearStarts = fields.Take(PlanShapes.YearStarts) ?? 1;
        var rounding = fields.Take(PlanShapes.Rounding) ?? default;
        var components = ReadComponents(fields.At(PlanShapes.Components), pays, effective);
        var draw = ReadDraw(fields.At(PlanShapes.Draw));
        return spot.Problems.Errors > errors
            ? null
            : new Plan(id, title, currency, effective, pays ?? default, yearStarts, rounding, components, draw);
    }

    private static ImmutableArray<Component> ReadComponents(Spot? spot, PayFrequency? pays, DateOnly effective)
    {
        var items = spot?.Items("a list of components") ?? [];
        WindowKind? window = pays is null ? null : Words.WindowOf(pays.Value);
        var drafts = items.Select(item => ComponentReader.Read(item, window)).OfType<ComponentDraft>().ToList();
        ReferenceChecks.Run(drafts);
        PlanWarnings.Run(drafts, effective);
        return [.. drafts.Select(draft => draft.Value)];
    }

    private static Draw? ReadDraw(Spot? spot)
    {
        var fields = spot?.Fields(PlanShapes.DrawMap);
        if (fields is null)
        {
            return null;
        }

        var amount = fields.Take(PlanShapes.DrawAmount);
        if (amount == 0)
        {
            fields.At(PlanShapes.DrawAmount)?.Warn("a draw of zero advances nothing; leave the draw out");
        }

        return new Draw(amount ?? 0, fields.Take(PlanShapes.DrawRecoverable) ?? false);
    }
}
