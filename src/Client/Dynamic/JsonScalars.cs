using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Commission.Client.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Client.Dynamic;

/// <summary>Single values between JSON and protobuf's bytes.</summary>
internal static class JsonScalars
{
    /// <summary>The wire type of a field's single value.</summary>
    public static WireFormat.WireType WireTypeOf(FieldType type) => type switch
    {
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => WireFormat.WireType.Fixed64,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => WireFormat.WireType.Fixed32,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        FieldType.Group => WireFormat.WireType.StartGroup,
        _ => WireFormat.WireType.Varint,
    };

    /// <summary>Writes a value, without its tag.</summary>
    /// <exception cref="JsonRefusedException">The JSON is no such value.</exception>
    public static void Write(CodedOutputStream output, FieldDescriptor field, JsonElement json, string place)
    {
        try
        {
            WriteChecked(output, field, json, place);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or InvalidOperationException)
        {
            var written = json.GetRawText();
            throw new JsonRefusedException(place, $"{Short(written)} is no {NameOf(field)}.");
        }
    }

    /// <summary>Reads a value whose tag was read.</summary>
    public static JsonNode Read(CodedInputStream input, FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Double => Number(input.ReadDouble()),
        FieldType.Float => Number(input.ReadFloat()),
        FieldType.Int32 => input.ReadInt32(),
        FieldType.SInt32 => input.ReadSInt32(),
        FieldType.SFixed32 => input.ReadSFixed32(),
        FieldType.UInt32 => input.ReadUInt32(),
        FieldType.Fixed32 => input.ReadFixed32(),
        FieldType.Int64 => Text(input.ReadInt64()),
        FieldType.SInt64 => Text(input.ReadSInt64()),
        FieldType.SFixed64 => Text(input.ReadSFixed64()),
        FieldType.UInt64 => Text(input.ReadUInt64()),
        FieldType.Fixed64 => Text(input.ReadFixed64()),
        FieldType.Bool => input.ReadBool(),
        FieldType.String => input.ReadString(),
        FieldType.Bytes => input.ReadBytes().ToBase64(),
        FieldType.Enum => EnumValue(field.EnumType, input.ReadEnum()),
        _ => throw new InvalidOperationException($"{field.FullName} is no single value."),
    };

    /// <summary>The value of a field that was not sent.</summary>
    public static JsonNode Default(FieldDescriptor field) =>
        Read(new CodedInputStream(field.FieldType is FieldType.String or FieldType.Bytes ? [0] : new byte[8]), field);

    private static void WriteChecked(CodedOutputStream output, FieldDescriptor field, JsonElement json, string place)
    {
        switch (field.FieldType)
        {
            case FieldType.Double: output.WriteDouble(Real(json)); break;
            case FieldType.Float: output.WriteFloat(checked((float)Real(json))); break;
            case FieldType.Int32: output.WriteInt32(decimal.ToInt32(Whole(json))); break;
            case FieldType.SInt32: output.WriteSInt32(decimal.ToInt32(Whole(json))); break;
            case FieldType.SFixed32: output.WriteSFixed32(decimal.ToInt32(Whole(json))); break;
            case FieldType.UInt32: output.WriteUInt32(decimal.ToUInt32(Whole(json))); break;
            case FieldType.Fixed32: output.WriteFixed32(decimal.ToUInt32(Whole(json))); break;
            case FieldType.Int64: output.WriteInt64(decimal.ToInt64(Whole(json))); break;
            case FieldType.SInt64: output.WriteSInt64(decimal.ToInt64(Whole(json))); break;
            case FieldType.SFixed64: output.WriteSFixed64(decimal.ToInt64(Whole(json))); break;
            case FieldType.UInt64: output.WriteUInt64(decimal.ToUInt64(Whole(json))); break;
            case FieldType.Fixed64: output.WriteFixed64(decimal.ToUInt64(Whole(json))); break;
            case FieldType.Bool: output.WriteBool(json.GetBoolean()); break;
            case FieldType.String: output.WriteString(Required(json)); break;
            case FieldType.Bytes: output.WriteBytes(Bytes(Required(json))); break;
            case FieldType.Enum: output.WriteEnum(Number(field.EnumType, json, place)); break;
            default: throw new JsonRefusedException(place, "Groups can't be written as JSON.");
        }
    }

    private static string Required(JsonElement json) => json.GetString() ?? throw new FormatException();

    private static ByteString Bytes(string text)
    {
        var standard = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        return ByteString.FromBase64(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
    }

    private static decimal Whole(JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.String ? Required(json) : json.GetRawText();
        var number = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return number == decimal.Truncate(number) ? number : throw new FormatException();
    }

    private static double Real(JsonElement json) => json.ValueKind == JsonValueKind.String
        ? Required(json) switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        }
        : json.GetDouble();

    private static int Number(EnumDescriptor type, JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.Number)
        {
            return decimal.ToInt32(Whole(json));
        }

        var name = Required(json);
        return type.FindValueByName(name)?.Number ?? throw new JsonRefusedException(
            place, $"'{name}' is no {type.Name}." + Nearest.Hint(name, type.Values.Select(value => value.Name)));
    }

    private static JsonNode EnumValue(EnumDescriptor type, int number) =>
        type.FindValueByNumber(number) is { } known ? known.Name : number;

    private static JsonNode Number(double value) =>
        double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    private static JsonNode Number(float value) =>
        float.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string NameOf(FieldDescriptor field) =>
        field.FieldType == FieldType.Enum ? field.EnumType.Name : field.FieldType.ToString().ToLowerInvariant();

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
