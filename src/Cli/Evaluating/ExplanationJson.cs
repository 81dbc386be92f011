using System.Text;
using System.Text.Json;
using Commission.Engine;

namespace Commission.Cli.Evaluating;

/// <summary>Explanations as data. Numbers are text: decimals, or `n/d` where the decimals do not end.</summary>
internal static class ExplanationJson
{
    public static string Text(string caseId, IReadOnlyCollection<Explanation> explanations)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, CaseJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("case", caseId);
            json.WriteStartArray("explanations");
            foreach (var explanation in explanations)
            {
                Write(json, explanation);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartObject();
        json.WriteString("kind", Word(explanation.Kind.ToString()));
        if (explanation.Title.Length > 0)
        {
            json.WriteString("title", explanation.Title);
        }

        json.WriteString("unit", explanation.Unit.Name);
        json.WriteString("figure", explanation.Figure.ToString());
        json.WriteStartArray("lines");
        foreach (var line in explanation.Lines)
        {
            Write(json, line);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TraceLine line)
    {
        json.WriteStartObject();
        json.WriteString("step", Word(line.Step.ToString()));
        json.WriteString("text", line.Text);
        if (line.Subject is { } subject)
        {
            json.WriteString("subject", subject);
        }

        WriteNumber(json, "from", line.From);
        WriteNumber(json, "to", line.To);
        WriteNumber(json, "quantity", line.Quantity);
        WriteNumber(json, "rate", line.Rate);
        json.WriteString("effect", line.Effect.ToString());
        if (line.Detail is { } detail)
        {
            json.WritePropertyName("detail");
            Write(json, detail);
        }

        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, Exact? value)
    {
        if (value is { } number)
        {
            json.WriteString(name, number.ToString());
        }
    }

    // CarriedOver is written carried-over, as the plan format writes its words.
    private static string Word(string name) => string
        .Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();
}
