using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Commission.Cli.Calls;

/// <summary>A message in JSON with something of the right type in every field, to be changed by people.</summary>
internal static class MessageExample
{
    /// <summary>The example; of a oneof the first, and no message inside itself.</summary>
    public static JsonNode Of(MessageDescriptor type) => Of(type, []);

    private static JsonNode Of(MessageDescriptor type, IReadOnlyList<MessageDescriptor> around) =>
        WellKnown(type.FullName) is { } json ? JsonNode.Parse(json)! : Fields(type, [.. around, type]);

    private static JsonObject Fields(MessageDescriptor type, IReadOnlyList<MessageDescriptor> around)
    {
        var example = new JsonObject();
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => IsShown(field, around)))
        {
            example[field.JsonName] = Value(field, around);
        }

        return example;
    }

    private static bool IsShown(FieldDescriptor field, IReadOnlyList<MessageDescriptor> around)
    {
        var held = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
        return (field.RealContainingOneof is not { } oneof || oneof.Fields[0] == field)
            && (held.FieldType != FieldType.Message || !around.Contains(held.MessageType));
    }

    private static JsonNode Value(FieldDescriptor field, IReadOnlyList<MessageDescriptor> around)
    {
        if (field.IsMap)
        {
            var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
            return new JsonObject { [Single(key, around).ToString()] = Single(value, around) };
        }

        return field.IsRepeated ? new JsonArray(Single(field, around)) : Single(field, around);
    }

    private static JsonNode Single(FieldDescriptor field, IReadOnlyList<MessageDescriptor> around) =>
        field.FieldType switch
        {
            FieldType.Message => Of(field.MessageType, around),
            FieldType.Enum => field.EnumType.Values[field.EnumType.Values.Count > 1 ? 1 : 0].Name,
            FieldType.Bool => true,
            FieldType.String => "text",
            FieldType.Bytes => "AAEC",
            FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 or FieldType.Fixed64 or FieldType.SFixed64 => "1",
            _ => 1,
        };

    private static string? WellKnown(string type) => type switch
    {
        "google.protobuf.Timestamp" => "\"2026-01-31T12:00:00Z\"",
        "google.protobuf.Duration" => "\"1.5s\"",
        "google.protobuf.FieldMask" => "\"name\"",
        "google.protobuf.Any" => """{ "@type": "type.googleapis.com/google.protobuf.Empty" }""",
        "google.protobuf.Struct" => "{}",
        "google.protobuf.ListValue" => "[]",
        "google.protobuf.Value" or "google.protobuf.StringValue" => "\"text\"",
        "google.protobuf.BoolValue" => "true",
        "google.protobuf.BytesValue" => "\"AAEC\"",
        "google.protobuf.Int64Value" or "google.protobuf.UInt64Value" => "\"1\"",
        "google.protobuf.Int32Value" or "google.protobuf.UInt32Value" => "1",
        "google.protobuf.DoubleValue" or "google.protobuf.FloatValue" => "1",
        _ => null,
    };
}
