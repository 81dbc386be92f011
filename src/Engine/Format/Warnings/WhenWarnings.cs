namespace Commission.Engine;

/// <summary>Conditions that no deal can meet, or that say a thing twice.</summary>
internal static class WhenWarnings
{
    public static void Run(Fields fields, Component component, DateOnly? effective)
    {
        var when = fields.At(ComponentShapes.When);
        foreach (var matcher in component.When)
        {
            var spot = when.Inner(matcher.Field);
            switch (matcher)
            {
                case Matcher.Between { Min: { } min, Max: { } max } when min == max:
                    spot?.Warn($"only exactly {min.Short()} matches; the value alone says that", min.Short());
                    break;
                case Matcher.CreditedBetween { Max: { } last } when effective is { } first && last < first:
                    spot.Inner("max")?.Warn(
                        $"no deal matches: this version governs deals from {Wording.Day(first)} on");
                    break;
                case Matcher.OneOf { Values: var values }:
                    WarnOfValues(spot, values);
                    break;
                case Matcher.NoneOf { Values: var values }:
                    WarnOfValues(spot.Inner("not"), values);
                    break;
            }
        }
    }

    private static void WarnOfValues(Spot? spot, IReadOnlyList<string> values)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            if (!seen.Add(values[i]))
            {
                spot.Inner(i)?.Warn($"'{values[i]}' stands in the list twice");
            }

            if (spot?.Name?.Text == "currency" && !Currency.TryGet(values[i], out _))
            {
                var near = Nearest.To(values[i], Currency.Codes.Order(StringComparer.Ordinal));
                (spot.Inner(i) ?? spot).Warn($"no deal matches: '{values[i]}' is no currency in use", near);
            }
        }
    }
}
