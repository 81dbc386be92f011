using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads one version of a plan.</summary>
internal static class PlanReader
{
    private static readonly string[] Known =
        ["plan", "title", "currency", "effective", "pays", "year-starts", "rounding", "components", "draw"];

    /// <summary>The plan, or null after errors were reported.</summary>
    public static Plan? Read(Spot spot)
    {
        var errors = spot.Problems.Errors;
        var fields = spot.Fields(Known);
        if (fields is null)
        {
            return null;
        }

        var id = fields.Need("plan")?.Id() ?? "";
        var title = fields["title"]?.Label() ?? id;
        var currency = ReadCurrency(fields.Need("currency")) ?? new Currency("", 0);
        var effective = fields.Need("effective")?.Date() ?? default;
        var pays = fields.Need("pays")?.Choice(Words.Pays);
        var yearStarts = ReadYearStarts(fields["year-starts"]);
        var rounding = fields["rounding"]?.Choice(Words.Rounding) ?? default;
        var components = ReadComponents(fields.Need("components"), pays);
        var draw = ReadDraw(fields["draw"]);
        return spot.Problems.Errors > errors
            ? null
            : new Plan(id, title, currency, effective, pays ?? default, yearStarts, rounding, components, draw);
    }

    private static Currency? ReadCurrency(Spot? spot)
    {
        var code = spot?.Text("a currency's code");
        if (spot is null || code is null)
        {
            return null;
        }

        if (!Currency.TryGet(code, out var currency))
        {
            var hint = spot.Nearest(code, Currency.Codes.Order(StringComparer.Ordinal));
            spot.Error($"'{code}' is no currency in use by ISO 4217", hint);
        }

        return currency;
    }

    private static int ReadYearStarts(Spot? spot)
    {
        var month = spot?.Plain("a month from 1 to 12") ?? 1;
        if (month is >= 1 and <= 12 && decimal.IsInteger(month))
        {
            return (int)month;
        }

        spot?.Error("must be a month from 1 to 12", month < 1 ? "1" : "12");
        return 1;
    }

    private static ImmutableArray<Component> ReadComponents(Spot? spot, PayFrequency? pays)
    {
        var items = spot?.Items("a list of components") ?? [];
        WindowKind? window = pays is null ? null : Words.WindowOf(pays.Value);
        var drafts = items.Select(item => ComponentReader.Read(item, window)).OfType<ComponentDraft>().ToList();
        ReferenceChecks.Run(drafts);
        return [.. drafts.Select(draft => draft.Value)];
    }

    private static Draw? ReadDraw(Spot? spot)
    {
        var fields = spot?.Fields("amount", "recoverable");
        if (fields is null)
        {
            return null;
        }

        var amount = fields.Need("amount")?.PlainFromZero("a sum of money") ?? 0;
        return new Draw(amount, fields.Need("recoverable")?.Choice(Words.Truth) ?? false);
    }
}
