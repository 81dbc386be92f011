using System.Text.Json;
using Commission.Client.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Client.Dynamic;

/// <summary>Makes of JSON, as proto3 maps it, the bytes of a message whose type only a descriptor tells.</summary>
internal sealed class JsonToMessage(ServerSchema schema)
{
    /// <summary>The message's bytes.</summary>
    /// <exception cref="JsonRefusedException">The text is no such message; says where and what.</exception>
    public ByteString Parse(MessageDescriptor type, string json)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(json, options);
            return Message(type, document.RootElement, "");
        }
        catch (JsonException wrong)
        {
            var text = wrong.Message.Split(" LineNumber:")[0];
            throw new JsonRefusedException(
                "", FormattableString.Invariant(
                    $"This is no JSON (line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}): {text}"));
        }
    }

    private ByteString Message(MessageDescriptor type, JsonElement json, string place)
    {
        if (WellKnown.Is(type))
        {
            return WellKnown.Parse(type, json.GetRawText(), place);
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonRefusedException(place, $"Expected an object: a {type.FullName}.");
        }

        return type.FullName == WellKnown.Any ? AnyOf(json, place) : Fields(type, json.EnumerateObject(), place);
    }

    private ByteString Fields(MessageDescriptor type, IEnumerable<JsonProperty> properties, string place)
    {
        var set = new Dictionary<object, string>();
        return Written(output =>
        {
            foreach (var property in properties)
            {
                var field = Find(type, property.Name, place);
                var at = place.Length > 0 ? $"{place}.{field.JsonName}" : field.JsonName;
                if (property.Value.ValueKind != JsonValueKind.Null || TakesNull(field))
                {
                    ExpectFirst(set, field, at);
                    Field(output, field, property.Value, at);
                }
            }
        });
    }

    private static FieldDescriptor Find(MessageDescriptor type, string name, string place)
    {
        var fields = type.Fields.InDeclarationOrder();
        return fields.FirstOrDefault(field => field.JsonName == name || field.Name == name)
            ?? throw new JsonRefusedException(
                place.Length > 0 ? $"{place}.{name}" : name,
                $"{type.FullName} has no such field.{Nearest.Hint(name, fields.Select(field => field.JsonName))}");
    }

    private static void ExpectFirst(Dictionary<object, string> set, FieldDescriptor field, string place)
    {
        object choice = field.RealContainingOneof is { } oneof ? oneof : field;
        if (!set.TryAdd(choice, field.JsonName))
        {
            var other = set[choice];
            throw new JsonRefusedException(place, other == field.JsonName
                ? "The field is given twice."
                : $"Only one of {((OneofDescriptor)choice).Name} can be given, and '{other}' is.");
        }
    }

    private static bool TakesNull(FieldDescriptor field) => !field.IsRepeated && field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName == WellKnown.Value,
        FieldType.Enum => field.EnumType.FullName == WellKnown.NullValue,
        _ => false,
    };

    private void Field(CodedOutputStream output, FieldDescriptor field, JsonElement json, string place)
    {
        if (field.IsMap)
        {
            Map(output, field, json, place);
        }
        else if (field.IsRepeated)
        {
            Repeated(output, field, json, place);
        }
        else
        {
            Single(output, field, json, place);
        }
    }

    private void Single(CodedOutputStream output, FieldDescriptor field, JsonElement json, string place)
    {
        output.WriteTag(field.FieldNumber, JsonScalars.WireTypeOf(field.FieldType));
        if (field.FieldType == FieldType.Message)
        {
            output.WriteBytes(Message(field.MessageType, json, place));
        }
        else if (json.ValueKind == JsonValueKind.Null)
        {
            // The one enum that may be null has no other value.
            output.WriteEnum(0);
        }
        else
        {
            JsonScalars.Write(output, field, json, place);
        }
    }

    private void Repeated(CodedOutputStream output, FieldDescriptor field, JsonElement json, string place)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw new JsonRefusedException(place, "Expected a list.");
        }

        // The package calls all repeated fields packed, also those that never are.
        if (field.IsPacked && JsonScalars.WireTypeOf(field.FieldType) != WireFormat.WireType.LengthDelimited)
        {
            output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(Written(packed => Each((item, at) => JsonScalars.Write(packed, field, item, at))));
            return;
        }

        Each((item, at) => Single(output, field, item, at));

        void Each(Action<JsonElement, string> write)
        {
            foreach (var (i, item) in json.EnumerateArray().Index())
            {
                var at = FormattableString.Invariant($"{place}[{i}]");
                write(item.ValueKind != JsonValueKind.Null || field.FieldType == FieldType.Message
                    ? item
                    : throw new JsonRefusedException(at, "A list has no null values."), at);
            }
        }
    }

    private void Map(CodedOutputStream output, FieldDescriptor field, JsonElement json, string place)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonRefusedException(place, "Expected an object: a map.");
        }

        var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
        foreach (var property in json.EnumerateObject())
        {
            var at = $"{place}[{JsonSerializer.Serialize(property.Name)}]";
            output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(Written(entry =>
            {
                Single(entry, key, KeyOf(key, property.Name), at);
                Single(entry, value, property.Value, at);
            }));
        }
    }

    /// <summary>Keys are written as text whatever they are.</summary>
    private static JsonElement KeyOf(FieldDescriptor key, string text) =>
        key.FieldType == FieldType.Bool && text is "true" or "false"
            ? JsonElement.Parse(text)
            : JsonSerializer.SerializeToElement(text);

    private ByteString AnyOf(JsonElement json, string place)
    {
        var url = json.TryGetProperty("@type", out var named) && named.ValueKind == JsonValueKind.String
            ? named.GetString()!
            : throw new JsonRefusedException(place, "An Any needs its '@type'.");
        var name = url[(url.LastIndexOf('/') + 1)..];
        var type = schema.FindMessage(name)
            ?? throw new JsonRefusedException(place, $"The server describes no message {name}.");
        var content = WellKnown.Is(type) && json.TryGetProperty("value", out var value)
            ? Message(type, value, place)
            : Fields(type, json.EnumerateObject().Where(property => property.Name != "@type"), place);
        return new Google.Protobuf.WellKnownTypes.Any { TypeUrl = url, Value = content }.ToByteString();
    }

    private static ByteString Written(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(output);
        }

        return ByteString.CopyFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
