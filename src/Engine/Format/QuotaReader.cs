using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads a quota.</summary>
internal static class QuotaReader
{
    public static Quota? Read(Spot spot)
    {
        var fields = spot.Fields(RepShapes.Quota);
        if (fields is null)
        {
            return null;
        }

        var window = fields.Take(RepShapes.Window);
        var kind = fields.OneOf(RepShapes.Quotas.Names);
        if (fields["spread"] is { } spread && fields["yearly"] is null)
        {
            spread.ErrorAtName("'spread' belongs to 'yearly'");
        }

        return kind?.Name?.Text switch
        {
            "amount" => new Quota.Same(window ?? default, ReadAmount(kind)),
            "amounts" => new Quota.Named(window ?? default, ReadNamed(kind, window)),
            "yearly" => ReadYearly(kind, fields["spread"], window),
            _ => null,
        };
    }

    private static decimal ReadAmount(Spot spot)
    {
        var amount = RepShapes.Amount.Form.Read(spot);
        if (amount == 0)
        {
            spot.Warn("is zero: there is no attainment, and components that need one pay nothing");
        }

        return amount ?? 0;
    }

    private static ImmutableDictionary<string, decimal> ReadNamed(Spot spot, WindowKind? window)
    {
        var amounts = ImmutableDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        if (window == WindowKind.Deal)
        {
            spot.ErrorAtName("windows of the kind 'deal' have no names; give one amount", "amount");
        }

        foreach (var field in spot.AnyFields("a map from windows' names to numbers")?.All ?? [])
        {
            CheckName(field, window);
            amounts.Add(field.Name?.Text ?? "", ReadAmount(field));
        }

        return amounts.ToImmutable();
    }

    private static void CheckName(Spot field, WindowKind? window)
    {
        var name = field.Name?.Text ?? "";
        if (window is { } kind and not WindowKind.Deal && !DateText.IsWindow(name, kind))
        {
            field.ErrorAtName(
                $"'{name}' is no {Words.NameOf(kind)}; they are written like {DateText.Example(kind)}",
                DateText.NearestWindow(name, kind));
        }
    }

    private static Quota.Yearly ReadYearly(Spot spot, Spot? spread, WindowKind? window)
    {
        var amount = ReadAmount(spot);
        var shares = spread is null ? [] : ReadSpread(spread, window);
        if (window == WindowKind.Deal)
        {
            spot.ErrorAtName("a year cannot be spread over windows of the kind 'deal'", "amount");
        }

        return new Quota.Yearly(window ?? default, amount, shares);
    }

    private static ImmutableArray<decimal> ReadSpread(Spot spot, WindowKind? window)
    {
        var errors = spot.Problems.Errors;
        var items = spot.Items("a list of percentages") ?? [];
        ImmutableArray<decimal> shares = [.. items.Select(item => Forms.Share.Read(item) ?? 0)];
        var count = window switch
        {
            WindowKind.Month => 12,
            WindowKind.Quarter => 4,
            WindowKind.Half => 2,
            WindowKind.Year => 1,
            _ => shares.Length,
        };
        if (spot.Problems.Errors == errors && shares.Length != count)
        {
            spot.Error($"has {shares.Length} shares, but a year has {count} of these windows");
        }
        else if (spot.Problems.Errors == errors && shares.Sum() is not 1 and var sum)
        {
            var last = shares[^1] + 1 - sum;
            var mended = string.Join(", ", shares.SetItem(count - 1, last).Select(Places.Percent));
            var hint = last is >= 0 and <= 1 ? $"[{mended}]" : null;
            spot.Error($"the shares add up to {sum.Percent()}, not to 100%", hint);
        }

        return shares;
    }
}
