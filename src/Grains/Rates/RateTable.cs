using System.Globalization;
using System.Runtime.InteropServices;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.Rates;

/// <summary>The rates that stand, with how each came here. Not safe for concurrent use.</summary>
internal sealed class RateTable
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;
    private readonly SortedDictionary<string, SortedList<DateOnly, Standing>> _pairs = new(StringComparer.Ordinal);

    /// <summary>Takes what was put next.</summary>
    public void Take(RateSheetEntry entry)
    {
        foreach (var rate in entry.Rates)
        {
            var key = KeyOf(rate.From, rate.To);
            if (!_pairs.TryGetValue(key, out var days))
            {
                _pairs.Add(key, days = []);
            }

            days[rate.Day] = new Standing(rate, entry);
        }
    }

    /// <summary>What stands for a pair and day; null: nothing.</summary>
    public decimal? Find(string from, string to, DateOnly day) =>
        _pairs.TryGetValue(KeyOf(from, to), out var days) && days.TryGetValue(day, out var standing)
            ? standing.Rate.Rate
            : null;

    /// <summary>The rate in force on a day.</summary>
    public Answer<RecordedRate> Get(GetRateRequest request, DateOnly today)
    {
        var fields = new Fields();
        CheckCurrency(fields, "from", request.From);
        CheckCurrency(fields, "to", request.To);
        var day = fields.OptionalDay("on", request.On) ?? today;
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        if (request.From == request.To)
        {
            return new RecordedRate { Rate = ToApi(new CurrencyRate(request.From, request.To, day, 1m)) };
        }

        var days = _pairs.GetValueOrDefault(KeyOf(request.From, request.To));
        var last = days?.Values.LastOrDefault(standing => standing.Rate.Day <= day) ?? default;
        return last.Entry is not null ? last.ToApi() : new Refusal(RefusalReason.UnknownRate, "on",
            $"There is no rate from {request.From} to {request.To} on {day.ToText()} or a day before: put one.");
    }

    /// <summary>A page of them, in order of pairs and days.</summary>
    public Answer<ListRatesReply> List(ListRatesRequest request)
    {
        var fields = new Fields();
        OptionalCurrency(fields, "from", request.From);
        OptionalCurrency(fields, "to", request.To);
        var (first, last) = (fields.OptionalDay("first", request.First), fields.OptionalDay("last", request.Last));
        if (request.PageSize is < 0 or > LargestPage)
        {
            fields.Refuse("page_size", $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        var after = PageOf(request.PageToken, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var page = Wanted(request.From, request.To, after)
            .Where(standing => !(standing.Rate.Day < first || standing.Rate.Day > last))
            .Take(size + 1).ToList();
        var reply = new ListRatesReply { NextPageToken = page.Count > size ? page[size - 1].Token : "" };
        reply.Rates.AddRange(page.Take(size).Select(standing => standing.ToApi()));
        return reply;
    }

    /// <summary>Notes a text that is not a currency's code.</summary>
    public static bool CheckCurrency(Fields fields, string field, string code)
    {
        if (Currency.TryGet(code, out _))
        {
            return true;
        }

        var shown = code.Length <= 10 ? code : string.Concat(code.AsSpan(0, 10), "…");
        fields.Refuse(field, $"'{shown}' is not an ISO 4217 currency code, e.g. USD.");
        return false;
    }

    private static void OptionalCurrency(Fields fields, string field, string code)
    {
        if (code.Length > 0)
        {
            CheckCurrency(fields, field, code);
        }
    }

    private IEnumerable<Standing> Wanted(string from, string to, (string Pair, DateOnly Day)? after) => _pairs
        .Where(pair => after is not { } page || string.CompareOrdinal(pair.Key, page.Pair) >= 0)
        .SelectMany(pair => pair.Value.Values.Where(standing =>
            (from.Length == 0 || standing.Rate.From == from)
            && (to.Length == 0 || standing.Rate.To == to)
            && (after is not { } page || pair.Key != page.Pair || standing.Rate.Day > page.Day)));

    private static (string Pair, DateOnly Day)? PageOf(string token, Fields fields)
    {
        if (token.Length == 0)
        {
            return null;
        }

        var slash = token.LastIndexOf('/');
        if (slash > 0 && DateOnly.TryParseExact(
            token[(slash + 1)..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return (token[..slash], day);
        }

        fields.Refuse("page_token", "This is not what a page before ended with: ask for the first page again.");
        return null;
    }

    private static string KeyOf(string from, string to) => string.Concat(from, "/", to);

    private static DayRate ToApi(CurrencyRate rate) => new()
    {
        From = rate.From, To = rate.To, Day = rate.Day.ToText(), Rate = rate.Rate.ToText(),
    };

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Standing(CurrencyRate Rate, RateSheetEntry Entry)
    {
        public string Token => $"{KeyOf(Rate.From, Rate.To)}/{Rate.Day.ToText()}";

        public RecordedRate ToApi() => new()
        {
            Rate = RateTable.ToApi(Rate),
            Source = Entry.Source,
            Recorded = Timestamp.FromDateTimeOffset(Entry.RecordedAt),
            Sequence = Entry.Sequence,
        };
    }
}
