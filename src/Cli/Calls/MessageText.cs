using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;

namespace Commission.Cli.Calls;

/// <summary>Messages as .proto files write them.</summary>
internal static class MessageText
{
    /// <summary>These types and all messages and enums in their fields, each once; none of google.protobuf.</summary>
    public static IReadOnlyList<DescriptorBase> Reached(params IEnumerable<MessageDescriptor> types)
    {
        var all = new List<DescriptorBase>();
        foreach (var type in types)
        {
            Add(type);
        }

        return all;

        void Add(DescriptorBase type)
        {
            if (type.File.Package == "google.protobuf" || all.Contains(type))
            {
                return;
            }

            if (type is not MessageDescriptor message)
            {
                all.Add(type);
                return;
            }

            if (!IsMapEntry(message))
            {
                all.Add(type);
            }

            foreach (var field in message.Fields.InDeclarationOrder())
            {
                switch (field.FieldType)
                {
                    case FieldType.Message: Add(field.MessageType); break;
                    case FieldType.Enum: Add(field.EnumType); break;
                    default: break;
                }
            }
        }
    }

    /// <summary>A message or an enum with its comments.</summary>
    public static string Of(DescriptorBase type)
    {
        var text = new StringBuilder();
        var kind = type is EnumDescriptor ? "enum" : "message";
        text.Append(CultureInfo.InvariantCulture, $"{kind} {type.FullName} {{\n");
        var members = type switch
        {
            EnumDescriptor choice => choice.Values.Select(value => ((DescriptorBase)value, $"{value.Name}")),
            MessageDescriptor message => message.Fields.InDeclarationOrder()
                .Select(field => ((DescriptorBase)field, Text(field))),
            _ => [],
        };
        foreach (var (member, written) in members)
        {
            foreach (var line in MethodView.Comment(member))
            {
                text.Append(CultureInfo.InvariantCulture, $"  // {line}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  {written}\n");
        }

        return text.Append("}\n").ToString();
    }

    private static bool IsMapEntry(MessageDescriptor type) => type.GetOptions()?.MapEntry == true;

    private static string Text(FieldDescriptor field)
    {
        var choice = field.RealContainingOneof is { } oneof ? $" (or another of {oneof.Name})" : "";
        if (field.IsMap)
        {
            var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
            return $"map<{TypeOf(key)}, {TypeOf(value)}> {field.JsonName}";
        }

        return $"{(field.IsRepeated ? "repeated " : "")}{TypeOf(field)} {field.JsonName}{choice}";
    }

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        var type => type.ToString().ToLowerInvariant(),
    };
}
