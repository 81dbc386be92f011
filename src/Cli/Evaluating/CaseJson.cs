using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Commission.Client.Text;
using Commission.Engine;

namespace Commission.Cli.Evaluating;

/// <summary>Writes a case's figures as the format's `expect` does: numbers as text, money to its digits.</summary>
internal static class CaseJson
{
    public static JsonWriterOptions Options { get; } =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Money with the digits of its currency's minor unit: 2500 USD is "2500.00".</summary>
    public static string Money(decimal amount, Currency currency) =>
        amount.ToString("F" + currency.Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static void Write(Utf8JsonWriter json, ConformanceCase example, Evaluation evaluation)
    {
        var currency = example.Plans[0].Currency;
        json.WriteStartObject();
        json.WriteString("id", example.Id);
        json.WriteStartArray("windows");
        evaluation.Windows.ToList().ForEach(window => WriteWindow(json, window, currency));
        json.WriteEndArray();
        json.WriteStartArray("statements");
        evaluation.Statements.ToList().ForEach(statement => WriteStatement(json, statement.Statement, currency));
        json.WriteEndArray();
        json.WriteStartArray("deals");
        evaluation.Deals.ToList().ForEach(deal => WriteDeal(json, deal, currency));
        json.WriteEndArray();
        WriteWords(json, "unassigned", evaluation.Unassigned);
        json.WriteEndObject();
    }

    private static void WriteWindow(Utf8JsonWriter json, WindowResult window, Currency currency)
    {
        json.WriteStartObject();
        json.WriteString("component", window.Component);
        json.WriteString("window", window.Window);
        json.WriteString("credited", Decimals.ToText(window.Credited));
        if (window.Quota is { } quota)
        {
            json.WriteString("quota", Decimals.ToText(quota));
        }

        if (window.Attainment is { } attainment)
        {
            json.WriteString("attainment", Decimals.ToText(attainment));
        }

        json.WriteString("earned", Money(window.Earned, currency));
        WriteWords(json, "notices", window.Notices.Names());
        json.WriteEndObject();
    }

    private static void WriteStatement(Utf8JsonWriter json, Statement statement, Currency currency)
    {
        json.WriteStartObject();
        json.WriteString("period", statement.Period);
        json.WriteString("earned", Money(statement.Earned, currency));
        json.WriteString("paid", Money(statement.Paid, currency));
        json.WriteString("draw-balance", Money(statement.DrawBalance, currency));
        json.WriteEndObject();
    }

    private static void WriteDeal(Utf8JsonWriter json, DealEarning deal, Currency currency)
    {
        foreach (var part in deal.Components)
        {
            json.WriteStartObject();
            json.WriteString("deal", deal.Deal);
            json.WriteString("component", part.Component);
            json.WriteString("credited", Decimals.ToText(part.Credited));
            json.WriteString("earned", Money(part.Earned, currency));
            json.WriteEndObject();
        }
    }

    private static void WriteWords(Utf8JsonWriter json, string name, IReadOnlyCollection<string> words)
    {
        if (words.Count > 0)
        {
            json.WriteStartArray(name);
            words.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }
    }
}
