using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http;

/// <summary>
/// JSON of protobuf may have bytes in either alphabet of base64, padded or not; the parser takes only the one that is
/// padded and not URL-safe.
/// </summary>
internal static class JsonBytes
{
    /// <summary>The same body with all bytes as the parser takes them; null if they are so already.</summary>
    public static string? Normalize(string body, MessageDescriptor type, JsonDocumentOptions options)
    {
        var root = JsonNode.Parse(body, documentOptions: options);
        return Change(root, type) ? root!.ToJsonString() : null;
    }

    private static bool Change(JsonNode? node, MessageDescriptor type)
    {
        var changed = false;
        foreach (var (name, value) in node is JsonObject message ? message.ToList() : [])
        {
            var field = type.FindFieldByName(name)
                ?? type.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name);
            changed |= field is not null && Change(field, value);
        }

        return changed;
    }

    private static bool Change(FieldDescriptor field, JsonNode? value)
    {
        var (one, values) = (field, value) switch
        {
            ({ IsMap: true }, JsonObject map) =>
                (field.MessageType.FindFieldByNumber(2), map.Select(entry => entry.Value).ToList()),
            ({ IsRepeated: true }, JsonArray list) => (field, list.ToList()),
            _ => (field, new List<JsonNode?> { value }),
        };
        var changed = false;
        foreach (var element in values)
        {
            changed |= IsBytes(one)
                ? ChangeBytes(element)
                : one.FieldType == FieldType.Message && Change(element, one.MessageType);
        }

        return changed;
    }

    private static bool IsBytes(FieldDescriptor field) => field.FieldType == FieldType.Bytes
        || (field.FieldType == FieldType.Message && field.MessageType.FullName == "google.protobuf.BytesValue");

    private static bool ChangeBytes(JsonNode? value)
    {
        if (value is not JsonValue text || !text.TryGetValue<string>(out var written)
            || Base64.Decode(written.Replace('-', '+').Replace('_', '/')) is not { } bytes)
        {
            return false;
        }

        var normal = Convert.ToBase64String(bytes);
        if (normal == written)
        {
            return false;
        }

        text.ReplaceWith(normal);
        return true;
    }
}
