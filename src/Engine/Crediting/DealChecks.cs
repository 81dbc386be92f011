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

    /// <summary>An amount, margin or quantity beyond <see cref="DealChecks.MaxMagnitude"/>, up or down.</summary>
    BadNumber,

    /// <summary>A credit date outside 1900 to 2999.</summary>
    BadDate,
}

/// <summary>Why a deal is refused, for a program and for a person.</summary>
/// <param name="Kind">For a program.</param>
/// <param name="Field">Which field of the deal: <c>deal</c> (its id), <c>amount</c>, <c>owners[1].share</c>.</param>
/// <param name="Message">For a person.</param>
public readonly record struct DealRefusal(DealRefusalKind Kind, string Field, string Message);

/// <summary>Whether a deal may be recorded.</summary>
public static class DealChecks
{
    /// <summary>The most characters that a deal's id may have.</summary>
    public const int MaxIdLength = 256;

    /// <summary>The most that an amount, margin or quantity may be, up or down. A numeric field beyond it counts as
    /// missing.
    /// </summary>
    public const decimal MaxMagnitude = 1_000_000_000_000_000m;

    /// <summary>Everything that is wrong with a deal; empty: nothing.</summary>
    /// <param name="deal">The deal. One without owners is allowed: it may be credited through territories.</param>
    /// <param name="allowOtherShareTotals">Whether the tenant allows shares that do not add up to 100 %.</param>
    public static ImmutableArray<DealRefusal> Check(Deal deal, bool allowOtherShareTotals)
    {
        var refusals = ImmutableArray.CreateBuilder<DealRefusal>(0);
        if (deal.Id.Length is 0 or > MaxIdLength)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadId, "deal",
                $"A deal's id has 1 to {MaxIdLength} characters, this one {deal.Id.Length}."));
        }

        if (deal.Currency is { } currency && !IsCurrency(currency))
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadCurrency, "amount.currency",
                $"'{currency}' is not a currency code of three capital letters."));
        }

        if (deal.Probability is < 0m or > 1m)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadProbability, "probability",
                $"A probability is 0 to 1, this one {Text(deal.Probability.Value)}."));
        }

        if (deal.Credited.Year is < 1900 or > 2999)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadDate, "credited",
                $"A deal is credited in the years 1900 to 2999, this one in {deal.Credited.Year}."));
        }

        CheckNumber("amount", deal.Amount, refusals);
        CheckNumber("margin", deal.Margin, refusals);
        CheckNumber("quantity", deal.Quantity, refusals);
        CheckOwners(deal.Owners.IsDefault ? [] : deal.Owners, allowOtherShareTotals, refusals);
        return refusals.ToImmutable();
    }

    private static void CheckNumber(
        string name, decimal? number, ImmutableArray<DealRefusal>.Builder refusals)
    {
        if (number is { } value && Math.Abs(value) > MaxMagnitude)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.BadNumber, name, $"The {name} {Text(value)} is beyond {Text(MaxMagnitude)}."));
        }
    }

    private static void CheckOwners(ImmutableArray<OwnerShare> owners, bool allowOtherShareTotals,
        ImmutableArray<DealRefusal>.Builder refusals)
    {
        var seen = owners.Length > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        var total = Exact.Zero;
        for (var i = 0; i < owners.Length; i++)
        {
            var (rep, share) = owners[i];
            total += share;
            CheckOwner(i, rep, share, isNew: seen?.Add(rep) ?? true, refusals);
        }

        if (!allowOtherShareTotals && !owners.IsEmpty && total != Exact.One)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.ShareTotal, "owners", $"The owners' shares add up to {Percent(total)}, not 100%."));
        }
    }

    private static void CheckOwner(
        int index, string rep, decimal share, bool isNew, ImmutableArray<DealRefusal>.Builder refusals)
    {
        if (string.IsNullOrWhiteSpace(rep))
        {
            refusals.Add(new DealRefusal(DealRefusalKind.BadOwner, $"owners[{index}].rep", "An owner has no name."));
        }
        else if (!isNew)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.DuplicateOwner, $"owners[{index}].rep",
                $"{rep} is an owner twice: give one owner one share."));
        }

        if (share < 0m)
        {
            refusals.Add(new DealRefusal(
                DealRefusalKind.NegativeShare, $"owners[{index}].share",
                $"The share of {rep} is {Percent(share)}; shares are at least 0%."));
        }
    }

    private static bool IsCurrency(string code) => code.Length == 3 && code.All(char.IsAsciiLetterUpper);

    private static string Percent(Exact share) => Text((share * 100m).ToDecimal()) + "%";

    private static string Text(decimal value) => new Exact(value).ToString();
}
