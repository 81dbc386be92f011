using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Commission.Client.Text;
using Commission.Engine;

namespace Commission.Cli.Evaluating;

/// <summary>Writes a case's figures as the format's `expect` does: numbers as text, money to its digits.</summary>
internal static class CaseJson
{
    // A sign, a point and 29 digits, up to 4 of them added by the format.
    private const int NumberMax = 40;
    private static readonly string[] Formats = ["F0", "F1", "F2", "F3", "F4"];
    private static readonly JsonEncodedText DealName = JsonEncodedText.Encode("deal");
    private static readonly JsonEncodedText ComponentName = JsonEncodedText.Encode("component");
    private static readonly JsonEncodedText CreditedName = JsonEncodedText.Encode("credited");
    private static readonly JsonEncodedText EarnedName = JsonEncodedText.Encode("earned");

    public static JsonWriterOptions Options { get; } =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Money with the digits of its currency's minor unit: 2500 USD is "2500.00".</summary>
    public static string Money(decimal amount, Currency currency) =>
        amount.ToString(FormatOf(currency), CultureInfo.InvariantCulture);

    public static void Write(Utf8JsonWriter json, ConformanceCase example, Evaluation evaluation)
    {
        var currency = example.Plans[0].Currency;
        json.WriteStartObject();
        json.WriteString("id", example.Id);
        json.WriteStartArray("windows");
        foreach (var window in evaluation.Windows)
        {
            WriteWindow(json, window, currency);
        }

        json.WriteEndArray();
        json.WriteStartArray("statements");
        foreach (var statement in evaluation.Statements)
        {
            WriteStatement(json, statement.Statement, currency);
        }

        json.WriteEndArray();
        json.WriteStartArray("deals");
        foreach (var deal in evaluation.Deals)
        {
            WriteDeal(json, deal, currency);
        }

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
            json.WriteString(DealName, deal.Deal);
            json.WriteString(ComponentName, part.Component);
            WriteNumber(json, CreditedName, part.Credited);
            WriteMoney(json, EarnedName, part.Earned, currency);
            json.WriteEndObject();
        }
    }

    // As Decimals.ToText and Money write them, without a string for each of a million rows.
    private static void WriteNumber(Utf8JsonWriter json, JsonEncodedText name, decimal value)
    {
        Span<char> digits = stackalloc char[NumberMax];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        digits = digits[..length];
        json.WriteString(name, digits.Contains('.') ? digits.TrimEnd('0').TrimEnd('.') : digits);
    }

    private static void WriteMoney(Utf8JsonWriter json, JsonEncodedText name, decimal amount, Currency currency)
    {
        Span<char> digits = stackalloc char[NumberMax];
        amount.TryFormat(digits, out var length, FormatOf(currency), CultureInfo.InvariantCulture);
        json.WriteString(name, digits[..length]);
    }

    private static string FormatOf(Currency currency) => Formats[currency.Digits];

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
