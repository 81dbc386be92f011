using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Google.Protobuf;

namespace Commission.Grains.Rates;

/// <summary>
/// What becomes of the rows of a request, each judged on its own: what is wrong with one loses none of the others.
/// </summary>
internal sealed class JudgedRates
{
    private const int MostRates = 10_000;
    private const int LongestSource = 100;
    private const decimal Least = 0.000000001m;
    private const decimal Most = 1_000_000_000m;
    private readonly Dictionary<(string From, string To, DateOnly Day), (decimal Rate, int Row)> _rows = [];
    private readonly ImmutableArray<Refusal>.Builder _refusals = ImmutableArray.CreateBuilder<Refusal>();
    private readonly RateSheet _sheet = new();

    private JudgedRates(string source) => _sheet.Source = source;

    /// <summary>Says for every row what becomes of it; without the change's number.</summary>
    public PutRatesReply Reply { get; } = new();

    /// <summary>Whether anything is to be recorded.</summary>
    public bool HasNews => _sheet.Rates.Count > 0;

    /// <summary>All that is wrong, if no row can be taken; empty otherwise.</summary>
    public ImmutableArray<Refusal> Refusals => Reply.Refused == Reply.Results.Count ? _refusals.ToImmutable() : [];

    /// <summary>What is wrong with a request as a whole; empty: nothing.</summary>
    public static ImmutableArray<Refusal> WrongWith(PutRatesRequest request)
    {
        var fields = new Fields();
        if (request.Rates.Count is 0 or > MostRates)
        {
            fields.Refuse("rates", $"Expected 1 to {MostRates:N0} rates; found {request.Rates.Count:N0}.");
        }

        if (request.Source.Length > 0)
        {
            fields.Id("source", request.Source, LongestSource);
        }

        return fields.Refusals;
    }

    /// <summary>Judges a request that is right as a whole by the rates that stand.</summary>
    public static JudgedRates Of(PutRatesRequest request, RateTable table)
    {
        var judged = new JudgedRates(request.Source);
        for (var row = 0; row < request.Rates.Count; row++)
        {
            judged.Take(row, request.Rates[row], table);
        }

        return judged;
    }

    /// <summary>The document to be recorded.</summary>
    public byte[] ToDocument() => _sheet.ToByteArray();

    private void Take(int row, DayRate asked, RateTable table)
    {
        var fields = new Fields();
        if (Read($"rates[{row}]", asked, fields) is not { } rate)
        {
            Refuse(fields.Refusals);
            return;
        }

        var key = (rate.From, rate.To, rate.Day);
        if (_rows.TryGetValue(key, out var earlier) && earlier.Rate != rate.Rate)
        {
            fields.Refuse($"rates[{row}].rate",
                $"rates[{earlier.Row}] says {earlier.Rate.ToText()} for the same pair and day: which is it?");
            Refuse(fields.Refusals);
            return;
        }

        var before = table.Find(rate.From, rate.To, rate.Day);
        if (!_rows.TryAdd(key, (rate.Rate, row)) || before == rate.Rate)
        {
            Reply.Repeats++;
            Reply.Results.Add(new PutRateResult { Outcome = PutRateResult.Types.Outcome.Repeat });
            return;
        }

        Record(rate, before);
    }

    private void Record(CurrencyRate rate, decimal? before)
    {
        _sheet.Rates.Add(new DayRate
        {
            From = rate.From, To = rate.To, Day = rate.Day.ToText(), Rate = rate.Rate.ToText(),
        });
        (Reply.Recorded, Reply.Corrected) =
            (Reply.Recorded + (before is null ? 1 : 0), Reply.Corrected + (before is null ? 0 : 1));
        Reply.Results.Add(before is { } other
            ? new PutRateResult { Outcome = PutRateResult.Types.Outcome.Corrected, Before = other.ToText() }
            : new PutRateResult { Outcome = PutRateResult.Types.Outcome.Recorded });
    }

    private void Refuse(ImmutableArray<Refusal> refusals)
    {
        var result = new PutRateResult { Outcome = PutRateResult.Types.Outcome.Refused };
        result.Violations.AddRange(refusals.Select(one => new Violation
        {
            Reason = "INVALID_FIELD", Field = one.Field, Message = one.Message,
        }));
        Reply.Results.Add(result);
        Reply.Refused++;
        _refusals.AddRange(refusals);
    }

    private static CurrencyRate? Read(string at, DayRate asked, Fields fields)
    {
        var isFrom = RateTable.CheckCurrency(fields, $"{at}.from", asked.From);
        if (RateTable.CheckCurrency(fields, $"{at}.to", asked.To) && isFrom && asked.From == asked.To)
        {
            fields.Refuse($"{at}.to", $"From {asked.From} to itself the rate is always 1.");
        }

        var day = fields.Day($"{at}.day", asked.Day);
        var rate = fields.Number($"{at}.rate", asked.Rate);
        if (asked.Rate.EndsWith('%'))
        {
            fields.Refuse($"{at}.rate", "A currency rate is no percentage.");
        }
        else if (rate is < Least or > Most)
        {
            fields.Refuse($"{at}.rate", $"{rate.Value.ToText()} is no rate: expected {Least.ToText()} to {Most:N0}.");
        }

        return fields.Refused ? null : new CurrencyRate(asked.From, asked.To, day!.Value, rate!.Value);
    }
}
