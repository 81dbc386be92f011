using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Client.Dynamic;

/// <summary>
/// Makes of a message's bytes, whose type only a descriptor tells, the JSON that the API answers with: every field that
/// has no presence, in the order of their numbers; 64-bit integers as text; fields that are not described are left out.
/// </summary>
internal sealed class MessageToJson(ServerSchema schema)
{
    private const int DeepestNesting = 64;

    /// <summary>The message as JSON.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no such message.</exception>
    public JsonNode? Format(MessageDescriptor type, ByteString message) => Message(type, message, 0);

    private JsonNode? Message(MessageDescriptor type, ByteString message, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new RpcFailure(Google.Rpc.Code.Internal, "The answer is nested too deeply.");
        }

        if (WellKnown.Is(type))
        {
            return JsonNode.Parse(WellKnown.Format(type, message));
        }

        return type.FullName == WellKnown.Any ? AnyOf(message, depth) : Fields(type, message, depth);
    }

    private JsonObject Fields(MessageDescriptor type, ByteString message, int depth)
    {
        var values = Read(type, message, depth);
        var json = new JsonObject();
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (values.GetValueOrDefault(field) is { } value)
            {
                json[field.JsonName] = value is ByteString nested
                    ? Message(field.MessageType, nested, depth + 1)
                    : (JsonNode)value;
            }
            else if (!field.HasPresence)
            {
                json[field.JsonName] = Absent(field);
            }
        }

        return json;
    }

    private static JsonNode Absent(FieldDescriptor field) =>
        field.IsMap ? new JsonObject() : field.IsRepeated ? new JsonArray() : JsonScalars.Default(field);

    /// <summary>What was sent: JSON, or for a single message its bytes, as these may come in several parts.</summary>
    private Dictionary<FieldDescriptor, object> Read(MessageDescriptor type, ByteString message, int depth)
    {
        var values = new Dictionary<FieldDescriptor, object>();
        var input = message.CreateCodedInput();
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (type.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag)) is { } field
                && Reads(field, WireFormat.GetTagWireType(tag)))
            {
                Read(input, field, WireFormat.GetTagWireType(tag), values, depth);
            }
            else
            {
                input.SkipLastField();
            }
        }

        return values;
    }

    private static bool Reads(FieldDescriptor field, WireFormat.WireType written)
    {
        var own = JsonScalars.WireTypeOf(field.FieldType);
        return own != WireFormat.WireType.StartGroup && (written == own || IsPacked(field, written));
    }

    private static bool IsPacked(FieldDescriptor field, WireFormat.WireType written) =>
        field.IsRepeated
        && written == WireFormat.WireType.LengthDelimited
        && JsonScalars.WireTypeOf(field.FieldType) is not WireFormat.WireType.LengthDelimited;

    private void Read(
        CodedInputStream input,
        FieldDescriptor field,
        WireFormat.WireType written,
        Dictionary<FieldDescriptor, object> values,
        int depth)
    {
        if (field.IsMap)
        {
            var map = Of(values, field, static () => new JsonObject());
            var (key, value) = Entry(field, input.ReadBytes(), depth);
            map[key] = value;
        }
        else if (field.IsRepeated)
        {
            AddTo(Of(values, field, static () => new JsonArray()), input, field, written, depth);
        }
        else if (field.FieldType == FieldType.Message)
        {
            var earlier = values.GetValueOrDefault(field) as ByteString ?? ByteString.Empty;
            Clear(values, field);
            values[field] = ByteString.CopyFrom([.. earlier.Span, .. input.ReadBytes().Span]);
        }
        else
        {
            Clear(values, field);
            values[field] = JsonScalars.Read(input, field);
        }
    }

    /// <summary>Of the fields of a oneof the last one counts.</summary>
    private static void Clear(Dictionary<FieldDescriptor, object> values, FieldDescriptor field)
    {
        foreach (var other in field.RealContainingOneof?.Fields ?? [])
        {
            values.Remove(other);
        }
    }

    private void AddTo(
        JsonArray list, CodedInputStream input, FieldDescriptor field, WireFormat.WireType written, int depth)
    {
        if (field.FieldType == FieldType.Message)
        {
            list.Add(Message(field.MessageType, input.ReadBytes(), depth + 1));
        }
        else if (IsPacked(field, written))
        {
            var packed = input.ReadBytes().CreateCodedInput();
            while (!packed.IsAtEnd)
            {
                list.Add(JsonScalars.Read(packed, field));
            }
        }
        else
        {
            list.Add(JsonScalars.Read(input, field));
        }
    }

    private (string Key, JsonNode? Value) Entry(FieldDescriptor map, ByteString entry, int depth)
    {
        var (key, value) = (map.MessageType.FindFieldByNumber(1), map.MessageType.FindFieldByNumber(2));
        var values = Read(map.MessageType, entry, depth);
        var name = values.GetValueOrDefault(key) as JsonNode ?? JsonScalars.Default(key);
        var content = values.GetValueOrDefault(value) switch
        {
            JsonNode json => json,
            ByteString nested => Message(value.MessageType, nested, depth + 1),
            _ when value.FieldType == FieldType.Message => Message(value.MessageType, ByteString.Empty, depth + 1),
            _ => JsonScalars.Default(value),
        };
        return (name.ToString(), content);
    }

    /// <summary>A packed message: by its type if the server describes that, else its bytes in base64.</summary>
    private JsonObject AnyOf(ByteString message, int depth)
    {
        var any = Google.Protobuf.WellKnownTypes.Any.Parser.ParseFrom(message);
        var type = schema.FindMessage(Google.Protobuf.WellKnownTypes.Any.GetTypeName(any.TypeUrl));
        if (type is not null && !WellKnown.Is(type) && type.FullName != WellKnown.Any)
        {
            var json = Fields(type, any.Value, depth + 1);
            json.Insert(0, "@type", any.TypeUrl);
            return json;
        }

        var value = type is null ? any.Value.ToBase64() : Message(type, any.Value, depth + 1);
        return new JsonObject { ["@type"] = any.TypeUrl, ["value"] = value };
    }

    private static T Of<T>(Dictionary<FieldDescriptor, object> values, FieldDescriptor field, Func<T> create)
        where T : JsonNode
    {
        if (values.GetValueOrDefault(field) is T known)
        {
            return known;
        }

        var created = create();
        values[field] = created;
        return created;
    }
}
