namespace Commission.Mapping;

/// <summary>
/// Walks the fields of a protobuf message without parsing what is in them; see
/// https://protobuf.dev/programming-guides/encoding.
/// </summary>
/// <param name="message">The message's bytes.</param>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private const int MostVarintBytes = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field's number.</summary>
    public int Number { get; private set; }

    /// <summary>The field with its tag.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>What is in a text or message; empty in a field of another kind.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The value of a varint, with its sign; 0 in a field of another kind.</summary>
    public long Scalar { get; private set; }

    /// <summary>Whether the field is a number: an integer, an enumeration or a truth value.</summary>
    public bool IsVarint { get; private set; }

    /// <summary>Whether the message has been walked to its end.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Goes to the next field; false at the end, and where the bytes are no field.</summary>
    public bool Next()
    {
        var rest = _rest;
        if (!TakeVarint(ref rest, out var tag) || tag > uint.MaxValue || !TakeValue(ref rest, (int)(tag & 7)))
        {
            return false;
        }

        (Number, IsVarint) = ((int)(tag >> 3), (tag & 7) == 0);
        Bytes = _rest[..^rest.Length];
        _rest = rest;
        return true;
    }

    /// <summary>How many fields of a number there are.</summary>
    public static int Count(ReadOnlySpan<byte> message, int number)
    {
        var count = 0;
        var fields = new WireFields(message);
        while (fields.Next())
        {
            count += fields.Number == number ? 1 : 0;
        }

        return count;
    }

    /// <summary>What is in the only field of that number; empty where there is none, or more than one.</summary>
    public static ReadOnlySpan<byte> Only(ReadOnlySpan<byte> message, int number)
    {
        var found = default(ReadOnlySpan<byte>);
        var times = 0;
        var fields = new WireFields(message);
        while (fields.Next())
        {
            if (fields.Number == number)
            {
                found = fields.Content;
                times++;
            }
        }

        return times == 1 && fields.IsAtEnd ? found : default;
    }

    /// <summary>Whether they are the same, byte for byte, but for fields of a number that only the first may have.
    /// </summary>
    public static bool AreSame(ReadOnlySpan<byte> message, int but, ReadOnlySpan<byte> other)
    {
        var fields = new WireFields(message);
        while (fields.Next())
        {
            if (fields.Number == but)
            {
                continue;
            }

            if (!other.StartsWith(fields.Bytes))
            {
                return false;
            }

            other = other[fields.Bytes.Length..];
        }

        return fields.IsAtEnd && other.IsEmpty;
    }

    private bool TakeValue(ref ReadOnlySpan<byte> rest, int kind)
    {
        Content = default;
        Scalar = 0;
        switch (kind)
        {
            case 0:
                if (!TakeVarint(ref rest, out var scalar))
                {
                    return false;
                }

                Scalar = unchecked((long)scalar);
                return true;
            case 1:
                return Skip(ref rest, sizeof(ulong));
            case 2:
                if (!TakeVarint(ref rest, out var length) || length > (ulong)rest.Length)
                {
                    return false;
                }

                Content = rest[..(int)length];
                return Skip(ref rest, (int)length);
            case 5:
                return Skip(ref rest, sizeof(uint));
            default:
                return false;
        }
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int bytes)
    {
        if (bytes > rest.Length)
        {
            return false;
        }

        rest = rest[bytes..];
        return true;
    }

    private static bool TakeVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < MostVarintBytes; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
