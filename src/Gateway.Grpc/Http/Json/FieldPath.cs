using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http;

/// <summary>A field of a request by its path, such as `deal.amount.units`: sets it from text.</summary>
internal sealed class FieldPath
{
    private readonly FieldDescriptor[] _fields;

    private FieldPath(string text, FieldDescriptor[] fields)
    {
        Text = text;
        _fields = fields;
    }

    /// <summary>The path as it was written.</summary>
    public string Text { get; }

    /// <summary>The field at the end of the path.</summary>
    public FieldDescriptor Field => _fields[^1];

    /// <summary>The first field of the path.</summary>
    public FieldDescriptor Root => _fields[0];

    /// <summary>Finds the fields by their names in proto or JSON; null if a name isn't there.</summary>
    public static FieldPath? Find(MessageDescriptor type, string path)
    {
        var fields = new List<FieldDescriptor>();
        var at = type;
        foreach (var name in path.Split('.'))
        {
            var field = at?.FindFieldByName(name)
                ?? at?.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name);
            if (field is null)
            {
                return null;
            }

            fields.Add(field);
            at = field is { FieldType: FieldType.Message, IsRepeated: false } ? field.MessageType : null;
        }

        return new FieldPath(path, [.. fields]);
    }

    /// <summary>The path of a field that lies inside another one.</summary>
    public static FieldPath Of(FieldDescriptor outer, FieldPath inner) =>
        new($"{outer.Name}.{inner.Text}", [outer, .. inner._fields]);

    /// <summary>Whether the field can be set from text: not a map, not an ordinary message.</summary>
    public bool IsText =>
        !Field.IsMap && (Field.FieldType != FieldType.Message || FieldText.IsTextual(Field.MessageType));

    /// <summary>Whether both lead to the same field.</summary>
    public bool Same(FieldPath other) =>
        _fields.Select(f => f.FieldNumber).SequenceEqual(other._fields.Select(f => f.FieldNumber));

    /// <summary>Whether only one of both can be set: their paths part at two fields of one oneof.</summary>
    public bool Excludes(FieldPath other)
    {
        var parting = _fields.Zip(other._fields).FirstOrDefault(pair => pair.First != pair.Second);
        return parting.First?.RealContainingOneof is { } oneof && oneof == parting.Second.RealContainingOneof;
    }

    /// <summary>Sets the field, or adds to it if it is repeated.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT if the text is no value of the field's type.</exception>
    public void Set(IMessage message, string text)
    {
        var target = message;
        foreach (var field in _fields.AsSpan(0, _fields.Length - 1))
        {
            target = Enter(target, field);
        }

        var value = FieldText.Parse(Field, text) ?? throw NoValue(text);
        if (Field.IsRepeated)
        {
            ((IList)Field.Accessor.GetValue(target)).Add(value);
        }
        else
        {
            Field.Accessor.SetValue(target, value);
        }
    }

    private RpcError NoValue(string text)
    {
        var type = FieldText.Describe(Field);
        return RpcError.Invalid($"'{text}' is not a value of {Text}, which is {type}.", (Text, $"is not a {type}"));
    }

    private static IMessage Enter(IMessage message, FieldDescriptor field)
    {
        if (field.Accessor.GetValue(message) is IMessage present)
        {
            return present;
        }

        var created = field.MessageType.Parser.ParseFrom(ReadOnlySpan<byte>.Empty);
        field.Accessor.SetValue(message, created);
        return created;
    }
}
