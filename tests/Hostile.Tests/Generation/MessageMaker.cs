using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Hostile.Tests.Generation;

/// <summary>Random messages of any type, from its descriptor alone: mostly such as a client might send.</summary>
/// <param name="random">One seed, one sequence.</param>
/// <param name="unusual">Of a hundred fields, how many have values that they should not have.</param>
/// <param name="normalTimes">Whether all times are such as JSON can write.</param>
internal sealed class MessageMaker(Random random, int unusual, bool normalTimes = false)
{
    private const int Deepest = 6;

    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, 100, 1000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 53];

    /// <summary>A message of this type.</summary>
    public IMessage Make(MessageDescriptor type) => Make(type, 0);

    private IMessage Make(MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom(ReadOnlySpan<byte>.Empty);
        if (normalTimes && message is (Timestamp or Duration))
        {
            type.FindFieldByNumber(1).Accessor.SetValue(message, (long)random.Next());
            return message;
        }

        foreach (var field in type.Fields.InDeclarationOrder().Where(field => IsChosen(field, depth)))
        {
            if (field.IsMap)
            {
                FillMap((IDictionary)field.Accessor.GetValue(message), field, depth);
            }
            else if (field.IsRepeated)
            {
                Fill((IList)field.Accessor.GetValue(message), field, depth);
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, depth));
            }
        }

        return message;
    }

    /// <summary>Moments and positions are seldom set: most calls have none.</summary>
    private bool IsChosen(FieldDescriptor field, int depth) =>
        field.FieldType == FieldType.Message && depth >= Deepest ? false
        : field.RealContainingOneof is { } oneof ? random.Next(oneof.Fields.Count) == 0
        : field.Name is "after" or "as_of" ? random.Next(10) == 0
        : random.Next(10) < (field.FieldType is FieldType.String or FieldType.Message ? 9 : 4);

    private void Fill(IList list, FieldDescriptor field, int depth)
    {
        for (var left = random.Next(20) == 0 ? random.Next(40) : random.Next(1, 3); left > 0; left--)
        {
            list.Add(Value(field, depth));
        }
    }

    private void FillMap(IDictionary map, FieldDescriptor field, int depth)
    {
        var key = field.MessageType.FindFieldByNumber(1);
        var value = field.MessageType.FindFieldByNumber(2);
        for (var left = random.Next(3); left > 0; left--)
        {
            map[Value(key, depth)] = Value(value, depth);
        }
    }

    private object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.String => Text(field),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, Enumerator(field.EnumType)),
        FieldType.Bytes => ByteString.CopyFrom(Bytes(random.Next(40))),
        FieldType.Double => Words.Pick(random, 0d, 0.5, 1e300, double.NaN, double.NegativeInfinity),
        FieldType.Float => Words.Pick(random, 0f, 0.5f, 1e30f, float.NaN),
        FieldType.Message => Wrapped(field, Make(field.MessageType, depth + 1)),
        FieldType.UInt64 or FieldType.Fixed64 => unchecked((ulong)Number()),
        FieldType.UInt32 or FieldType.Fixed32 => unchecked((uint)Number()),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Number(),
        _ => unchecked((int)Number()),
    };

    private string Text(FieldDescriptor field) =>
        random.Next(100) < unusual ? Words.Unusual(random) : Words.Usual(random, field.Name);

    private int Enumerator(EnumDescriptor type) => random.Next(100) < unusual
        ? Words.Pick(random, -1, 99, int.MaxValue)
        : type.Values[random.Next(type.Values.Count)].Number;

    private long Number() => random.Next(100) < unusual ? Words.Pick(random, Numbers) : random.Next(60);

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>The generated property of a wrapper holds the bare value.</summary>
    private static object Wrapped(FieldDescriptor field, IMessage message) =>
        field.MessageType.File.Name == "google/protobuf/wrappers.proto"
            ? field.MessageType.FindFieldByNumber(1).Accessor.GetValue(message)
            : message;
}
