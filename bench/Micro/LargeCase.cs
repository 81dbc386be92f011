using System.Globalization;

namespace Commission.Micro;

/// <summary>
/// A conformance case with many credits of one payee over three years, in no order and many on each day, with the
/// yearly figures that it must earn: worked out here from sums alone, without the engine.
/// </summary>
internal sealed class LargeCase
{
    private const int FirstYear = 2024;
    private const int Years = 3;
    private const decimal MultiplierFrom = 1m;
    private const decimal MultiplierValue = 1.1m;
    private const string Share = "\"share\": \"100%\", \"amount\": ";
    private const string Multiplier = """
        , "multiplier": {"by": "deals", "tiers": [{"from": "0%", "factor": 1}, {"from": "100%", "factor": 1.1}]}
        """;

    private const string Others = """
        , {"component": "deals", "measure": "deals", "window": "year", "quota": "d", "per-unit": 2},
          {"component": "month", "window": "month", "rate": "0.5%"}
        """;

    private static readonly decimal[] From = [0m, 0.5m, 0.8m, 1m, 1.2m];
    private static readonly decimal[] Rate = [0.03m, 0.05m, 0.08m, 0.1m, 0.12m];
    private readonly int _credits;
    private readonly bool _several;
    private readonly decimal[] _sums = new decimal[Years];
    private readonly int[] _counts = new int[Years];

    /// <summary>A case.</summary>
    /// <param name="credits">How many.</param>
    /// <param name="several">Whether the plan has a multiplier and two more components, one of them monthly.</param>
    public LargeCase(int credits, bool several)
    {
        (_credits, _several) = (credits, several);
        for (var i = 0; i < credits; i++)
        {
            var year = DayOf(i).Year - FirstYear;
            _sums[year] += AmountOf(i);
            _counts[year]++;
        }
    }

    /// <summary>Rows that the table of deals must have.</summary>
    public int Rows => _credits * (_several ? 3 : 1);

    /// <summary>What all years earn by the component with tiers and the one paid by the deal.</summary>
    public decimal EarnedByYears => Enumerable.Range(0, Years).Sum(year => Tiered(year) + ByDeal(year));

    private decimal Quota => _credits * 1_200m;

    private int DealsQuota => _credits / 3;

    /// <summary>Writes it, as JSON or as YAML.</summary>
    public void Write(string file, bool yaml)
    {
        using var text = new StreamWriter(file);
        text.WriteLine("{\"id\": \"large\",");
        text.WriteLine($"\"plan\": {Plan()},");
        text.WriteLine($"\"assignment\": {{\"plan\": \"large\", \"quotas\": {{{Quotas()}}}}},");
        text.WriteLine($"\"expect\": {{\"windows\": [{Expected()}]}},");
        text.WriteLine("\"credits\": [");
        for (var i = 0; i < _credits; i++)
        {
            text.Write(i == 0 ? "" : ",\n");
            text.Write(yaml ? Credit(i).Replace("\"", "", StringComparison.Ordinal) : Credit(i));
        }

        text.WriteLine("\n]}");
    }

    private static string Credit(int i) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"deal": "D{{i:00000000}}", "credited": "{{DayOf(i):yyyy-MM-dd}}", "role": "owner", {{Share}}"{{AmountOf(i)}}"}
        """);

    private string Plan()
    {
        var tiers = From.Zip(Rate, (from, rate) => string.Create(
            CultureInfo.InvariantCulture, $$"""{"from": "{{from * 100:0}}%", "rate": "{{rate * 100:0}}%"}"""));
        return $$"""
            {"plan": "large", "currency": "USD", "effective": "2020-01-01", "pays": "monthly", "components": [
              {"component": "sales", "window": "year", "quota": "q", "tiers": [{{string.Join(", ", tiers)}}]
              {{Also(Multiplier)}}}{{Also(Others)}}]}
            """;
    }

    private string Quotas() => string.Create(CultureInfo.InvariantCulture, $$"""
        "q": {"window": "year", "amount": "{{Quota}}"}
        """) + Also(string.Create(CultureInfo.InvariantCulture, $$"""
        , "d": {"window": "year", "amount": {{DealsQuota}}}
        """));

    private string Expected() => string.Join(", ", Enumerable.Range(0, Years).Select(year => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"component": "sales", "window": "{{FirstYear + year}}",
          "credited": "{{_sums[year]}}", "earned": "{{Tiered(year)}}"}
        """)));

    private string Also(string text) => _several ? text : "";

    private decimal Tiered(int year)
    {
        var pay = 0m;
        for (var i = 0; i < From.Length; i++)
        {
            var to = i + 1 < From.Length ? From[i + 1] * Quota : decimal.MaxValue;
            pay += Math.Max(0m, Math.Min(_sums[year], to) - (From[i] * Quota)) * Rate[i];
        }

        var reached = _several && _counts[year] >= DealsQuota * MultiplierFrom;
        return decimal.Round(pay * (reached ? MultiplierValue : 1m), 2, MidpointRounding.AwayFromZero);
    }

    private decimal ByDeal(int year) => _several ? 2m * _counts[year] : 0m;

    private static DateOnly DayOf(int i) => new DateOnly(FirstYear, 1, 1).AddDays((int)(i * 7_919L % 1_096));

    private static decimal AmountOf(int i) => (10_000 + (i * 104_729L % 900_001)) / 100m;
}
