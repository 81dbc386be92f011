using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Why a deal is refused.</summary>
public enum DealRefusalKind
{
    /// <summary>No id, or one that is too long.</summary>
    BadId,

    /// <summary>An owner without a name.</summary>
    BadOwner,

    /// <summary>The same owner twice.</summary>
    DuplicateOwner,

    /// <summary>A share below 0.</summary>
    NegativeShare,

    /// <summary>The owners' shares do not add up to 100 %.</summary>
    ShareTotal,

    /// <summary>A probability below 0 or above 1.</summary>
    BadProbability,

    /// <summary>A currency that is not three upper-case letters.</summary>
    BadCurrency,
}

/// <summary>Why a deal is refused, for a program and for a person.</summary>
public readonly record struct DealRefusal(DealRefusalKind Kind, string Message);

/// <summary>Whether a deal may be recorded.</summary>
public static class DealChecks
{
    /// <summary>The most characters that a deal's id may have.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Everything that is wrong with a deal; empty: nothing.</summary>
    /// <param name="deal">The deal. One without owners is allowed: it may be credited through territories.</param>
    /// <param name="allowOtherShareTotals">Whether the tenant allows shares that do not add up to 100 %.</param>
    public static ImmutableArray<DealRefusal> Check(Deal deal, bool allowOtherShareTotals)
    {
        var refusals = ImmutableArray.CreateBuilder<DealRefusal>();
        if (deal.Id.Length is 0 or > MaxIdLength)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadId, $"A deal's id has 1 to {MaxIdLength} characters, this one {deal.Id.Length}."));
        }

        if (deal.Currency is { } currency && !IsCurrency(currency))
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadCurrency, $"'{currency}' is not a currency code of three capital letters."));
        }

        if (deal.Probability is < 0m or > 1m)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadProbability, $"A probability is 0 to 1, this one {Text(deal.Probability.Value)}."));
        }

        CheckOwners(deal.Owners.IsDefault ? [] : deal.Owners, allowOtherShareTotals, refusals);
        return refusals.ToImmutable();
    }

    private static void CheckOwners(ImmutableArray<OwnerShare> owners, bool allowOtherShareTotals,
        ImmutableArray<DealRefusal>.Builder refusals)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var total = Exact.Zero;
        foreach (var (rep, share) in owners)
        {
            total += share;
            if (string.IsNullOrWhiteSpace(rep))
            {
                refusals.Add(new DealRefusal(DealRefusalKind.BadOwner, "An owner has no name."));
            }
            else if (!seen.Add(rep))
            {
                refusals.Add(new DealRefusal(DealRefusalKind.DuplicateOwner, $"{rep} is an owner twice."));
            }

            if (share < 0m)
            {
                refusals.Add(new DealRefusal(
                    DealRefusalKind.NegativeShare, $"The share of {rep} is {Percent(share)}; shares are at least 0%."));
            }
        }

        if (!allowOtherShareTotals && !owners.IsEmpty && total != Exact.One)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.ShareTotal, $"The owners' shares add up to {Percent(total)}, not 100%."));
        }
    }

    private static bool IsCurrency(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper);

    private static string Percent(Exact share) => Text((share * 100m).ToDecimal()) + "%";

    private static string Text(decimal value) => new Exact(value).ToString();
}
