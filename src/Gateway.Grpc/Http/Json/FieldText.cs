using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http;

/// <summary>Values of fields as text, the way that JSON's strings have them.</summary>
internal static class FieldText
{
    private static readonly string[] Textual =
    [
        "Timestamp", "Duration", "FieldMask", "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value",
        "UInt32Value", "BoolValue", "StringValue", "BytesValue",
    ];

    /// <summary>Whether JSON writes messages of this type as one string, number or boolean.</summary>
    public static bool IsTextual(MessageDescriptor type) =>
        type.File.Package == "google.protobuf" && Textual.Contains(type.Name, StringComparer.Ordinal);

    /// <summary>The field's type in words.</summary>
    public static string Describe(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Enum => field.EnumType.FullName,
        FieldType.Message => field.MessageType.FullName,
        var type => type.ToString().ToLowerInvariant(),
    };

    /// <summary>The value of one element of the field, or null if the text is none.</summary>
    public static object? Parse(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.String => text,
        FieldType.Bool => text switch { "true" => true, "false" => false, _ => null },
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Number<int>(text),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Number<long>(text),
        FieldType.UInt32 or FieldType.Fixed32 => Number<uint>(text),
        FieldType.UInt64 or FieldType.Fixed64 => Number<ulong>(text),
        FieldType.Double => Number<double>(text, NumberStyles.Float),
        FieldType.Float => Number<float>(text, NumberStyles.Float),
        FieldType.Bytes => Bytes(text),
        FieldType.Enum => Enumerator(field.EnumType, text),
        FieldType.Message => Message(field.MessageType, text),
        _ => null,
    };

    private static object? Number<T>(string text, NumberStyles styles = NumberStyles.AllowLeadingSign)
        where T : struct, System.Numerics.INumber<T> =>
        T.TryParse(text, styles, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static ByteString? Bytes(string text) =>
        Base64.Decode(text.Replace('-', '+').Replace('_', '/')) is { } bytes ? ByteString.CopyFrom(bytes) : null;

    private static object? Enumerator(EnumDescriptor type, string text)
    {
        var value = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? type.FindValueByNumber(number)
            : type.FindValueByName(text);
        return value is null ? null : Enum.ToObject(type.ClrType, value.Number);
    }

    private static object? Message(MessageDescriptor type, string text)
    {
        try
        {
            var message = JsonParser.Default.Parse(Quote(text, type.Name), type);

            // The generated property of a wrapper holds the bare value.
            return type.File.Name == "google/protobuf/wrappers.proto"
                ? type.FindFieldByNumber(1).Accessor.GetValue(message)
                : message;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Quote(string text, string type)
    {
        var bare = type == "BoolValue" && text is "true" or "false";
        return bare ? text : System.Text.Json.JsonSerializer.Serialize(text, TextJson.Default.String);
    }
}

/// <summary>Serializes plain strings without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class TextJson : System.Text.Json.Serialization.JsonSerializerContext;
