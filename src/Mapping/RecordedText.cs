using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Mapping;

/// <summary>
/// Reads texts that were checked when they were recorded. What is wrong with one nevertheless is a bug, and throws.
/// </summary>
internal static class RecordedText
{
    private const int DayLength = 10;
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>A day, YYYY-MM-DD.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateOnly Day(string text) =>
        DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None);

    /// <summary>The same in UTF-8.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateOnly Day(ReadOnlySpan<byte> text)
    {
        Span<char> day = stackalloc char[DayLength];
        return text.Length == DayLength && Ascii.ToUtf16(text, day, out _) == OperationStatus.Done
            ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None)
            : Day(Encoding.UTF8.GetString(text));
    }

    /// <summary>Decimal text; a trailing % divides by 100.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static decimal Number(ReadOnlySpan<char> text) => text is [.. var digits, '%']
        ? decimal.Parse(digits, Plain, CultureInfo.InvariantCulture) / 100m
        : decimal.Parse(text, Plain, CultureInfo.InvariantCulture);

    /// <summary>The same in UTF-8.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static decimal Number(ReadOnlySpan<byte> text) => text is [.. var digits, (byte)'%']
        ? decimal.Parse(digits, Plain, CultureInfo.InvariantCulture) / 100m
        : decimal.Parse(text, Plain, CultureInfo.InvariantCulture);

    /// <summary>As <see cref="Number(ReadOnlySpan{char})"/>; empty text is null.</summary>
    public static decimal? OptionalNumber(string text) => text.Length == 0 ? null : Number(text);

    /// <summary>Where a deal stands.</summary>
    /// <exception cref="FormatException">It says nowhere.</exception>
    public static DealStatus Status(Api.DealStatus status) => status switch
    {
        Api.DealStatus.Open => DealStatus.Open,
        Api.DealStatus.Won => DealStatus.Won,
        Api.DealStatus.Lost => DealStatus.Lost,
        Api.DealStatus.Cancelled => DealStatus.Cancelled,
        _ => throw new FormatException($"A recorded deal has the status {status}."),
    };

    /// <summary>The owners; one alone without a share has all.</summary>
    public static ImmutableArray<OwnerShare> Owners(Api.Deal deal)
    {
        if (deal.Owners.Count == 0)
        {
            return [];
        }

        var owners = ImmutableArray.CreateBuilder<OwnerShare>(deal.Owners.Count);
        foreach (var owner in deal.Owners)
        {
            var isAlone = deal.Owners.Count == 1 && owner.Share.Length == 0;
            owners.Add(new OwnerShare(owner.Rep, isAlone ? 1m : Number(owner.Share)));
        }

        return owners.MoveToImmutable();
    }

    /// <summary>The fields, added to <paramref name="none"/>.</summary>
    public static ImmutableSortedDictionary<string, string> Fields(
        Api.Deal deal, ImmutableSortedDictionary<string, string> none)
    {
        if (deal.Fields.Count == 0)
        {
            return none;
        }

        var fields = none.ToBuilder();
        foreach (var (name, value) in deal.Fields)
        {
            fields.Add(name, value);
        }

        return fields.ToImmutable();
    }
}
