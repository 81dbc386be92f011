using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http;

/// <summary>Finds where a body departs from its message: the parser's own message names no field.</summary>
internal static class JsonMismatch
{
    private const string WellKnown = "google.protobuf.";

    /// <summary>The path of the first value that does not fit, e.g. <c>deal.owners[0].share</c>; or null.</summary>
    public static string? Find(JsonElement value, MessageDescriptor message) => Find(value, message, "");

    private static string? Find(JsonElement value, MessageDescriptor message, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return path;
        }

        foreach (var property in value.EnumerateObject())
        {
            var field = message.Fields.InDeclarationOrder()
                .FirstOrDefault(field => field.JsonName == property.Name || field.Name == property.Name);
            var at = (path.Length == 0 ? "" : path + ".") + (field?.Name ?? property.Name);
            var found = field is null ? at : FindIn(field, property.Value, at);
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private static string? FindIn(FieldDescriptor field, JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (field.IsMap)
        {
            return value.ValueKind != JsonValueKind.Object ? at : value.EnumerateObject()
                .Where(entry => !Fits(field, $"{{{JsonSerializer.Serialize(entry.Name)}:{entry.Value.GetRawText()}}}"))
                .Select(entry => $"{at}[{entry.Name}]").FirstOrDefault();
        }

        if (!field.IsRepeated)
        {
            return FindInOne(field, value, value.GetRawText(), at);
        }

        return value.ValueKind != JsonValueKind.Array ? at : value.EnumerateArray()
            .Select((item, i) => FindInOne(
                field, item, $"[{item.GetRawText()}]", string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]")))
            .FirstOrDefault(found => found is not null);
    }

    private static string? FindInOne(FieldDescriptor field, JsonElement value, string json, string at)
    {
        var isOurs = field.FieldType == FieldType.Message
            && !field.MessageType.FullName.StartsWith(WellKnown, StringComparison.Ordinal);
        return isOurs ? Find(value, field.MessageType, at) : Fits(field, json) ? null : at;
    }

    private static bool Fits(FieldDescriptor field, string json)
    {
        try
        {
            JsonParser.Default.Parse($"{{\"{field.JsonName}\":{json}}}", field.ContainingType);
            return true;
        }
        catch (Exception e) when (
            e is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
