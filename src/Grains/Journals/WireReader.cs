using System.Text;

namespace Commission.Grains.Journals;

/// <summary>
/// Reads the fields of a recorded message one after the other, without making the message: for who reads millions of
/// records and needs little of each. What was recorded was written by this software, each field once.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;
    private PieceReader _left = new(message);
    private int _kind;

    /// <summary>The number of the field that is next to be read or skipped.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the field is a number.</summary>
    public readonly bool IsNumber => _kind == Varint;

    /// <summary>Goes to the next field, the one before having been read or skipped; false at the end.</summary>
    public bool Next()
    {
        if (_left.IsAtEnd)
        {
            return false;
        }

        var tag = _left.Count();
        (Field, _kind) = (tag >> 3, tag & 7);
        return true;
    }

    /// <summary>The field's value: an integer, an enumeration or a truth value.</summary>
    public long Number()
    {
        Invariant.Holds(_kind == Varint, $"field {Field} of a record is no number");
        return _left.Number();
    }

    /// <summary>The field's value: a message, or a text in UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Invariant.Holds(_kind == Delimited, $"field {Field} of a record has no length");
        return _left.Bytes(_left.Count());
    }

    /// <summary>The field's value: a text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Passes over the field.</summary>
    public void Skip()
    {
        switch (_kind)
        {
            case Varint:
                _left.Number();
                break;
            case Delimited:
                _left.Bytes(_left.Count());
                break;
            default:
                Invariant.Holds(_kind is Fixed64 or Fixed32, $"field {Field} of a record is of kind {_kind}");
                _left.Bytes(_kind == Fixed64 ? sizeof(long) : sizeof(int));
                break;
        }
    }
}
