using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>The format's fixed words, and what they mean.</summary>
internal static class Words
{
    /// <summary>The target that is the payee's own.</summary>
    public const string RepsOwn = "rep";

    public static readonly ImmutableArray<(string Word, PayFrequency Value)> Pays =
        [("monthly", PayFrequency.Monthly), ("quarterly", PayFrequency.Quarterly), ("yearly", PayFrequency.Yearly)];

    public static readonly ImmutableArray<(string Word, RoundingRule Value)> Rounding =
        [("half-up", RoundingRule.HalfUp), ("half-even", RoundingRule.HalfEven)];

    public static readonly ImmutableArray<(string Word, CreditRole Value)> Roles =
    [
        ("owner", CreditRole.Owner), ("overlay", CreditRole.Overlay),
        ("rollup", CreditRole.Rollup), ("team", CreditRole.Team),
    ];

    public static readonly ImmutableArray<(string Word, WindowKind Value)> Windows =
    [
        ("deal", WindowKind.Deal), ("month", WindowKind.Month), ("quarter", WindowKind.Quarter),
        ("half", WindowKind.Half), ("year", WindowKind.Year),
    ];

    public static readonly ImmutableArray<(string Word, bool Value)> TiersApply =
        [("marginal", false), ("whole", true)];

    public static readonly ImmutableArray<(string Word, BoundRule Value)> AtBound =
        [("upper", BoundRule.Upper), ("lower", BoundRule.Lower)];

    public static readonly ImmutableArray<(string Word, BeyondRule Value)> Beyond =
        [("flat", BeyondRule.Flat), ("continue", BeyondRule.Continue)];

    public static readonly ImmutableArray<(string Word, Proration Value)> Prorate =
        [("none", Proration.None), ("days", Proration.Days)];

    public static readonly ImmutableArray<(string Word, bool Value)> Truth = [("true", true), ("false", false)];

    public static readonly ImmutableArray<(string Word, MeasureKind Value)> Measures =
    [
        ("amount", MeasureKind.Amount), ("margin", MeasureKind.Margin), ("quantity", MeasureKind.Quantity),
        ("deals", MeasureKind.Deals), ("field:NAME", MeasureKind.Field),
    ];

    /// <summary>What matchers call the deal's own figures, which no other field may be called.</summary>
    public static readonly ImmutableArray<string> OwnFields =
        ["amount", "margin", "quantity", "currency", "deal", "credited"];

    /// <summary>What others call our words, where the letters alone lead elsewhere.</summary>
    public static readonly FrozenDictionary<string, string> OtherNames = new Dictionary<string, string>(
        StringComparer.Ordinal)
    {
        ["no"] = "false", ["off"] = "false", ["n"] = "false", ["0"] = "false",
        ["yes"] = "true", ["on"] = "true", ["y"] = "true", ["1"] = "true",
        ["annual"] = "yearly", ["annually"] = "yearly", ["year-to-date"] = "year", ["ytd"] = "year", ["fy"] = "year",
        ["revenue"] = "amount", ["value"] = "amount", ["profit"] = "margin", ["units"] = "quantity",
        ["count"] = "deals", ["bankers"] = "half-even", ["manager"] = "team", ["rep"] = "owner",
        ["progressive"] = "marginal", ["incremental"] = "marginal", ["retroactive"] = "whole", ["linear"] = "continue",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static WindowKind WindowOf(PayFrequency pays) => pays switch
    {
        PayFrequency.Monthly => WindowKind.Month,
        PayFrequency.Quarterly => WindowKind.Quarter,
        _ => WindowKind.Year,
    };

    public static string NameOf(WindowKind window) => Windows.First(known => known.Value == window).Word;
}
