using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Client.Dynamic;

/// <summary>The types of google.protobuf with a JSON form of their own, which the package knows.</summary>
internal static class WellKnown
{
    public const string Any = "google.protobuf.Any";
    public const string Value = "google.protobuf.Value";
    public const string NullValue = "google.protobuf.NullValue";

    private static readonly Dictionary<string, MessageDescriptor> Types = new MessageDescriptor[]
    {
        Timestamp.Descriptor, Duration.Descriptor, FieldMask.Descriptor, Struct.Descriptor,
        Google.Protobuf.WellKnownTypes.Value.Descriptor, ListValue.Descriptor, BoolValue.Descriptor,
        BytesValue.Descriptor, DoubleValue.Descriptor, FloatValue.Descriptor, Int32Value.Descriptor,
        Int64Value.Descriptor, StringValue.Descriptor, UInt32Value.Descriptor, UInt64Value.Descriptor,
    }.ToDictionary(type => type.FullName, StringComparer.Ordinal);

    /// <summary>Whether the type has a JSON form of its own; Any is another matter, as it needs other types.</summary>
    public static bool Is(MessageDescriptor type) => Types.ContainsKey(type.FullName);

    /// <summary>The message that a JSON text stands for.</summary>
    /// <exception cref="JsonRefusedException">It stands for none.</exception>
    public static ByteString Parse(MessageDescriptor type, string json, string place)
    {
        try
        {
            return JsonParser.Default.Parse(json, Types[type.FullName]).ToByteString();
        }
        catch (Exception wrong) when (wrong is InvalidProtocolBufferException or InvalidOperationException
            or FormatException or OverflowException)
        {
            throw new JsonRefusedException(place, $"{json} is no {type.Name}. {wrong.Message}");
        }
    }

    /// <summary>The JSON text of a message.</summary>
    public static string Format(MessageDescriptor type, ByteString message) =>
        JsonFormatter.Default.Format(Types[type.FullName].Parser.ParseFrom(message));
}
