using System.Collections.Immutable;
using System.Globalization;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>How a window's quota follows from what the payee was given.</summary>
internal static class QuotaLines
{
    public static TraceLine Of(ComponentRules component, Window window, Ratio quota, FigureUnit unit)
    {
        var steps = Steps(component, window, unit).ToList();
        var lines = ImmutableArray.CreateBuilder<TraceLine>();
        var value = Exact.Zero;
        foreach (var (text, factor) in steps)
        {
            var next = lines.Count == 0 ? factor.ToExact() : value * factor.ToExact();
            Exact? rate = lines.Count == 0 ? null : factor.ToExact();
            lines.Add(new TraceLine(TraceStep.Quota, text, null, null, next, rate, next - value));
            value = next;
        }

        var detail = Explanation.Of(FigureKind.Quota, "", unit, quota.ToExact(), lines.ToImmutable());
        var result = steps.Count > 1 ? $" = {Number(value)}" : "";
        return TraceLine.Of(
            TraceStep.Quota, $"quota {string.Join(" × ", steps.Select(step => step.Text))}{result}", Exact.Zero,
            value, detail);
    }

    /// <summary>Such as <c>20 of 31 days (2026-03-12 to 2026-03-31)</c>.</summary>
    public static string DaysInside(WindowTerms terms, Window window)
    {
        var inside = terms.DaysInside(window);
        var (first, last) = terms.Inside(window);
        return inside == 0
            ? $"0 of {Count(window.Days, "day")}"
            : string.Create(
                CultureInfo.InvariantCulture, $"{inside} of {Count(window.Days, "day")} ({Days(first, last)})");
    }

    private static IEnumerable<(string Text, Ratio Factor)> Steps(
        ComponentRules component, Window window, FigureUnit unit)
    {
        var terms = component.Terms;
        var name = window.Name(terms.YearStarts);
        switch (terms.Quota)
        {
            case Quota.Same same:
                var every = window.Kind == WindowKind.Deal ? "for each deal" : $"a {Words.NameOf(window.Kind)}";
                yield return ($"{unit.Say(same.Amount)} {every}", Ratio.Of(same.Amount));
                break;
            case Quota.Named named:
                var amount = named.Amounts.Where(entry =>
                    Windows.TryParse(entry.Key, terms.YearStarts, out var known) && known == window);
                yield return ($"{unit.Say(amount.Last().Value)} for {name}", Ratio.Of(amount.Last().Value));
                break;
            case Quota.Yearly yearly:
                yield return ($"{unit.Say(yearly.Amount)} a year", Ratio.Of(yearly.Amount));
                yield return Share(yearly, window, terms.YearStarts);
                break;
            default:
                throw new InvalidOperationException($"No quota of this kind has a sum: {terms.Quota}.");
        }

        var part = terms.Part(window);
        if (part.Over != part.Under)
        {
            yield return (DaysInside(terms, window), part);
        }
    }

    private static (string Text, Ratio Factor) Share(Quota.Yearly yearly, Window window, int yearStarts)
    {
        var name = window.Name(yearStarts);
        if (yearly.Shares.IsDefaultOrEmpty)
        {
            var number = Windows.PerYear(window.Kind);
            var text = string.Create(CultureInfo.InvariantCulture, $"1/{number} for {name}");
            return (text, new Ratio(Exact.One, number));
        }

        var share = yearly.Shares[Windows.IndexInYear(window, yearStarts)];
        return ($"{Percent(share)} for {name}", Ratio.Of(share));
    }
}
