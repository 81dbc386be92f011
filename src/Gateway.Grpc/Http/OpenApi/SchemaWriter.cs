using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http.OpenApi;

/// <summary>Describes messages as they are in JSON; what is referred to is collected.</summary>
internal sealed class SchemaWriter(DocComments comments)
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>All that was referred to, by name.</summary>
    public JsonObject Collected() =>
        new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value.DeepClone())));

    /// <summary>Adds a schema that no message has.</summary>
    public JsonObject Add(string name, JsonObject schema)
    {
        _schemas[name] = schema;
        return Reference(name);
    }

    /// <summary>A reference to the schema of a message, or the schema of a well-known type.</summary>
    public JsonObject Of(MessageDescriptor type) =>
        WellKnown(type) ?? Referred(type.FullName, type.File.Package, () => Describe(type, _ => true));

    /// <summary>The schema of a message without some of its fields.</summary>
    public JsonObject Of(MessageDescriptor type, Func<FieldDescriptor, bool> isPart) => Describe(type, isPart);

    /// <summary>The schema of a field, with its comment.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        var schema = field.IsMap
            ? new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = OfOne(field.MessageType.FindFieldByNumber(2)),
            }
            : field.IsRepeated ? new() { ["type"] = "array", ["items"] = OfOne(field) } : OfOne(field);
        return Described(schema, Comment(field));
    }

    /// <summary>What the .proto file says of a field, and of what it excludes.</summary>
    public string Comment(FieldDescriptor field)
    {
        var text = comments.Of(field.FullName);
        if (field.RealContainingOneof is not { } oneof)
        {
            return text;
        }

        var others = oneof.Fields.Where(other => other != field).Select(other => $"`{other.JsonName}`").ToList();
        return others.Count == 0 ? text : $"{text}\nExcludes {string.Join(", ", others)}.".Trim();
    }

    /// <summary>The schema of one value of a field.</summary>
    public JsonObject OfOne(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message or FieldType.Group => Of(field.MessageType),
        FieldType.Enum => Of(field.EnumType),
        FieldType.String => Type("string"),
        FieldType.Bytes => Type("string", "byte"),
        FieldType.Bool => Type("boolean"),
        FieldType.Double => Type("number", "double"),
        FieldType.Float => Type("number", "float"),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Type("integer", "int32"),
        FieldType.UInt32 or FieldType.Fixed32 => Type("integer", "int64"),
        _ => new() { ["type"] = "string", ["format"] = "int64", ["pattern"] = "^-?[0-9]+$" },
    };

    private JsonObject Of(EnumDescriptor type) => Referred(type.FullName, type.File.Package, () =>
    {
        var values = type.Values.Select(value => (value.Name, Text: comments.Of(value.FullName))).ToList();
        var lines = values.Where(value => value.Text.Length > 0).Select(value => $"- `{value.Name}`: {value.Text}");
        var names = new JsonArray([.. values.Select(value => (JsonNode)JsonValue.Create(value.Name))]);
        return Described(
            new() { ["type"] = "string", ["enum"] = names },
            string.Join("\n\n", new[] { comments.Of(type.FullName), string.Join('\n', lines) }.Where(t => t != "")));
    });

    private JsonObject Describe(MessageDescriptor type, Func<FieldDescriptor, bool> isPart)
    {
        var properties = new JsonObject(type.Fields.InDeclarationOrder().Where(isPart)
            .Select(field => KeyValuePair.Create(field.JsonName, (JsonNode?)Of(field))));
        return Described(
            new() { ["type"] = "object", ["properties"] = properties }, comments.Of(type.FullName));
    }

    private JsonObject Referred(string fullName, string package, Func<JsonObject> describe)
    {
        if (!_names.TryGetValue(fullName, out var name))
        {
            var brief = package.Length > 0 ? fullName[(package.Length + 1)..] : fullName;
            name = _names.ContainsValue(brief) ? fullName : brief;
            _names.Add(fullName, name);
            _schemas[name] = describe();
        }

        return Reference(name);
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    /// <summary>Nothing may stand beside a reference, so a described one is wrapped.</summary>
    private static JsonObject Described(JsonObject schema, string text)
    {
        if (text.Length == 0)
        {
            return schema;
        }

        var described = schema.ContainsKey("$ref") ? new JsonObject { ["allOf"] = new JsonArray(schema) } : schema;
        described["description"] = text;
        return described;
    }

    private static JsonObject Type(string type, string? format = null) =>
        format is null ? new() { ["type"] = type } : new() { ["type"] = type, ["format"] = format };

    private static JsonObject? WellKnown(MessageDescriptor type) => type.FullName switch
    {
        "google.protobuf.Timestamp" => Type("string", "date-time"),
        "google.protobuf.Duration" => new()
        {
            ["type"] = "string", ["pattern"] = @"^-?[0-9]+(\.[0-9]{1,9})?s$", ["example"] = "1.500s",
        },
        "google.protobuf.FieldMask" => Type("string"),
        "google.protobuf.StringValue" => Nullable(Type("string")),
        "google.protobuf.BytesValue" => Nullable(Type("string", "byte")),
        "google.protobuf.BoolValue" => Nullable(Type("boolean")),
        "google.protobuf.DoubleValue" or "google.protobuf.FloatValue" => Nullable(Type("number")),
        "google.protobuf.Int32Value" or "google.protobuf.UInt32Value" => Nullable(Type("integer")),
        "google.protobuf.Int64Value" or "google.protobuf.UInt64Value" => Nullable(Type("string", "int64")),
        "google.protobuf.Struct" or "google.protobuf.Empty" => Type("object"),
        "google.protobuf.ListValue" => new() { ["type"] = "array", ["items"] = new JsonObject() },
        "google.protobuf.Value" => [],
        "google.protobuf.Any" => AnyMessage(),
        _ => null,
    };

    /// <summary>A message of any type, with the name of its type.</summary>
    public static JsonObject AnyMessage() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["@type"] = Type("string") },
        ["additionalProperties"] = true,
    };

    private static JsonObject Nullable(JsonObject schema)
    {
        schema["nullable"] = true;
        return schema;
    }
}
