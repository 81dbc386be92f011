using System.Collections.Concurrent;
using System.Collections.Immutable;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;

namespace Commission.Mapping;

/// <summary>Rates that were put together.</summary>
/// <param name="Sequence">Of the put, in the tenant's catalog.</param>
/// <param name="RecordedAt">When it was.</param>
/// <param name="Source">Where they come from; may be empty.</param>
/// <param name="Rates">Each of another pair or day.</param>
internal sealed record RateSheetEntry(
    long Sequence, DateTimeOffset RecordedAt, string Source, ImmutableArray<CurrencyRate> Rates)
{
    /// <summary>Reads a document of the catalog.</summary>
    public static RateSheetEntry Of(long sequence, DateTimeOffset recordedAt, ReadOnlySpan<byte> document)
    {
        var sheet = RateSheet.Parser.ParseFrom(document);
        return new RateSheetEntry(sequence, recordedAt, sheet.Source, [.. sheet.Rates.Select(RateSheets.ToRate)]);
    }
}

/// <summary>
/// A tenant's currency rates, as they are and as they were after each change. Immutable; safe for concurrent use.
/// </summary>
internal sealed class RateSheets
{
    /// <summary>Of a tenant without any.</summary>
    public static readonly RateSheets None = new([], CurrencyRates.None);

    private const int MostPast = 16;
    private readonly ConcurrentDictionary<long, CurrencyRates> _past = new();

    private RateSheets(ImmutableList<RateSheetEntry> entries, CurrencyRates latest) =>
        (Entries, Latest) = (entries, latest);

    /// <summary>The kind of document in the catalog.</summary>
    public const string Kind = "rates";

    /// <summary>Every put, the oldest first.</summary>
    public ImmutableList<RateSheetEntry> Entries { get; }

    /// <summary>The rates with every change.</summary>
    public CurrencyRates Latest { get; }

    /// <summary>Of the last change, in the tenant's catalog; 0 without one.</summary>
    public long Sequence => Entries.IsEmpty ? 0 : Entries[^1].Sequence;

    /// <summary>The id of the document of the n-th put, from 1. Ids are in the order of the puts.</summary>
    public static string IdOf(int number) => FormattableString.Invariant($"{number:D10}");

    /// <summary>A rate that was checked when it was recorded.</summary>
    public static CurrencyRate ToRate(DayRate rate) => new(
        CodeOf(rate.From), CodeOf(rate.To), RecordedText.Day(rate.Day), RecordedText.Number(rate.Rate));

    /// <summary>With the puts that follow.</summary>
    public RateSheets With(IReadOnlyCollection<RateSheetEntry> entries) => entries.Count == 0
        ? this
        : new RateSheets(Entries.AddRange(entries), Latest.With(entries.SelectMany(entry => entry.Rates)));

    /// <summary>The rates as they were after a change of the tenant's catalog.</summary>
    public CurrencyRates At(long sequence)
    {
        if (sequence >= Sequence)
        {
            return Latest;
        }

        var last = Entries.FindLastIndex(entry => entry.Sequence <= sequence);
        if (last < 0)
        {
            return CurrencyRates.None;
        }

        if (_past.Count >= MostPast)
        {
            _past.Clear();
        }

        return _past.GetOrAdd(Entries[last].Sequence, (_, all) => CurrencyRates.None.With(
            all.Take(last + 1).SelectMany(entry => entry.Rates)), Entries);
    }

    // One text for each currency, however many rates there are.
    private static string CodeOf(string code) => Currency.TryGet(code, out var currency) ? currency.Code : code;
}
