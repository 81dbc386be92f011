using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Commission.Engine;

/// <summary>Writes a shape as a JSON Schema, draft 2020-12. Maps become definitions, in the order first met.</summary>
internal sealed class SchemaWriter
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Utf8JsonWriter _json;
    private readonly List<Map> _maps = [];

    private SchemaWriter(Utf8JsonWriter json) => _json = json;

    /// <summary>The schema of documents of a shape.</summary>
    /// <param name="name">What the schema is called.</param>
    /// <param name="title">What the documents are, for people.</param>
    /// <param name="root">The shape.</param>
    public static string Write(string name, string title, Shape root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            new SchemaWriter(json).WriteDocument(name, title, root);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteDocument(string name, string title, Shape root)
    {
        _json.WriteStartObject();
        _json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        _json.WriteString("$id", $"urn:commission:{name}:1");
        _json.WriteString("title", title);
        WriteShape(root);
        _json.WriteStartObject("$defs");
        for (var i = 0; i < _maps.Count; i++)
        {
            _json.WriteStartObject(_maps[i].Name);
            WriteMap(_maps[i]);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteShape(Shape shape)
    {
        switch (shape)
        {
            case Map map:
                WriteReference(map);
                break;
            case Shape.Text text:
                WriteText(text);
                break;
            case Shape.Pattern pattern:
                WritePattern(pattern);
                break;
            case Shape.Number number:
                WriteNumber(number);
                break;
            case Shape.Words words:
                WriteWords(words.All);
                break;
            case Shape.List list:
                WriteList(list);
                break;
            case Shape.Names names:
                WriteNames(names);
                break;
            case Shape.Either either:
                WriteOneOf(either.Of, WriteShape);
                break;
        }
    }

    private void WriteReference(Map map)
    {
        if (!_maps.Exists(known => known.Name == map.Name))
        {
            _maps.Add(map);
        }

        _json.WriteString("$ref", $"#/$defs/{map.Name}");
    }

    private void WriteText(Shape.Text text)
    {
        WriteStrings("type", ["string", "number", "boolean"]);
        if (text.LengthMin > 0)
        {
            _json.WriteNumber("minLength", text.LengthMin);
        }

        if (text.LengthMax is { } longest)
        {
            _json.WriteNumber("maxLength", longest);
        }
    }

    private void WritePattern(Shape.Pattern pattern)
    {
        WriteStrings("type", pattern.Types);
        if (pattern.Range is { } range)
        {
            _json.WriteNumber("minimum", range.Min);
            _json.WriteNumber("maximum", range.Max);
        }

        _json.WriteString("pattern", pattern.Expression);
        if (pattern.Format is { } format)
        {
            _json.WriteString("format", format);
        }
    }

    private void WriteNumber(Shape.Number number) => WriteOneOf<Action>(
        [() => WriteBareNumber(number), () => WriteNumberText(number)],
        write => write());

    private void WriteBareNumber(Shape.Number number)
    {
        _json.WriteString("type", number.Whole ? "integer" : "number");
        if (number.Min is { } least)
        {
            _json.WriteNumber("minimum", least);
        }

        if (number.Max is { } most)
        {
            _json.WriteNumber("maximum", most);
        }
    }

    private void WriteNumberText(Shape.Number number)
    {
        const string Zeros = "-0+(\\.0+)?";
        const string Positive = "[0-9]+(\\.[0-9]+)?";
        var digits = number.Min is null ? "-?" + Positive : $"({Zeros}|{Positive})";
        _json.WriteString("type", "string");
        _json.WriteString("pattern", $"^{digits}{(number.MayBePercent ? "%?" : "")}$");
        _json.WriteNumber("maxLength", NumberText.LengthMax);
    }

    private void WriteWords(ImmutableArray<string> words)
    {
        if (!words.Contains("true", StringComparer.Ordinal))
        {
            WriteStrings("enum", words);
            return;
        }

        WriteOneOf<Action>(
            [() => _json.WriteString("type", "boolean"), () => WriteStrings("enum", words)],
            write => write());
    }

    private void WriteList(Shape.List list)
    {
        _json.WriteString("type", "array");
        if (!list.MayBeEmpty)
        {
            _json.WriteNumber("minItems", 1);
        }

        if (list.IsSet)
        {
            _json.WriteBoolean("uniqueItems", true);
        }

        _json.WriteStartObject("items");
        WriteShape(list.Item);
        _json.WriteEndObject();
    }

    private void WriteNames(Shape.Names names)
    {
        _json.WriteString("type", "object");
        WriteFields(names.Known);
        if (names.Name is { } pattern)
        {
            _json.WriteStartObject("propertyNames");
            _json.WriteString("pattern", pattern);
            _json.WriteEndObject();
        }
        else if (names.Refused.Length > 0)
        {
            _json.WriteStartObject("propertyNames");
            _json.WriteStartObject("not");
            WriteStrings("enum", names.Refused);
            _json.WriteEndObject();
            _json.WriteEndObject();
        }

        _json.WriteStartObject("additionalProperties");
        WriteShape(names.Value);
        _json.WriteEndObject();
    }

    private void WriteMap(Map map)
    {
        _json.WriteString("description", map.Means);
        _json.WriteString("type", "object");
        WriteFields(map.Fields);
        _json.WriteBoolean("additionalProperties", false);
        if (map.Fields.Any(field => field.Needed))
        {
            WriteStrings("required", map.Fields.Where(field => field.Needed).Select(field => field.Name));
        }

        if (map.NeedsAny)
        {
            _json.WriteNumber("minProperties", 1);
        }

        foreach (var needed in map.Alternatives.Where(group => group.Needed))
        {
            WriteOneOf(needed.Names, name => WriteStrings("required", [name]));
        }

        WriteDependent(map);
    }

    // What excludes another is said by the other's name: editors then point at it.
    private void WriteDependent(Map map)
    {
        var excluded = map.Alternatives.Where(group => !group.Needed).SelectMany(group =>
            group.Names.SelectMany(name => group.Names.Where(other => other != name).Select(other => (name, other))))
            .ToLookup(pair => pair.name, pair => pair.other, StringComparer.Ordinal);
        if (excluded.Count > 0)
        {
            _json.WriteStartObject("dependentSchemas");
            foreach (var group in excluded)
            {
                _json.WriteStartObject(group.Key);
                _json.WriteStartObject("properties");
                group.ToList().ForEach(other => _json.WriteBoolean(other, false));
                _json.WriteEndObject();
                _json.WriteEndObject();
            }

            _json.WriteEndObject();
        }

        if (map.Dependent.Length > 0)
        {
            _json.WriteStartObject("dependentRequired");
            map.Dependent.ToList().ForEach(pair => WriteStrings(pair.Field.Name, [pair.Without.Name]));
            _json.WriteEndObject();
        }
    }

    private void WriteFields(ImmutableArray<Field> fields)
    {
        if (fields.IsEmpty)
        {
            return;
        }

        _json.WriteStartObject("properties");
        foreach (var field in fields)
        {
            _json.WriteStartObject(field.Name);
            _json.WriteString("description", field.Means);
            if (field.Default is { } standing)
            {
                WriteDefault(field.Shape, standing);
            }

            WriteShape(field.Shape);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private void WriteDefault(Shape shape, string standing)
    {
        if (shape is Shape.Number)
        {
            _json.WritePropertyName("default");
            _json.WriteRawValue(standing);
        }
        else
        {
            _json.WriteString("default", standing);
        }
    }

    private void WriteOneOf<T>(IEnumerable<T> alternatives, Action<T> write)
    {
        _json.WriteStartArray("oneOf");
        foreach (var alternative in alternatives)
        {
            _json.WriteStartObject();
            write(alternative);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void WriteStrings(string name, IEnumerable<string> strings)
    {
        _json.WriteStartArray(name);
        foreach (var text in strings)
        {
            _json.WriteStringValue(text);
        }

        _json.WriteEndArray();
    }
}
