using System.Text;
using System.Text.Json;

namespace Commission.Engine;

/// <summary>Goes through a JSON text once and holds it within the bounds of <see cref="Hostile"/>.</summary>
/// <param name="text">Valid UTF-8.</param>
/// <param name="byItems">Whether each item of a list takes the place of the one before it, rather than all count.
/// </param>
internal ref struct JsonCheck(ReadOnlySpan<byte> text, bool byItems)
{
    // The lists that are open: how deep, and how many values are held before their items.
    private readonly Stack<(int Depth, int Held)> _lists = new();
    private Utf8JsonReader _reader = new(text, new JsonReaderOptions { MaxDepth = 1000 });
    private int _held;

    /// <summary>The first thing that is out of bounds and where it begins; null where there is none.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public (int Offset, string Message)? Run()
    {
        while (_reader.Read())
        {
            if (Refusal(_reader.TokenType) is { } message)
            {
                return ((int)_reader.TokenStartIndex, message);
            }
        }

        return null;
    }

    private string? Refusal(JsonTokenType type)
    {
        switch (type)
        {
            case JsonTokenType.EndObject:
                return null;
            case JsonTokenType.EndArray:
                _held = byItems ? _lists.Pop().Held : _held;
                return null;
            case JsonTokenType.StartObject or JsonTokenType.StartArray when _reader.CurrentDepth == Hostile.DepthMax:
                return Hostile.TooDeep;
            case JsonTokenType.String or JsonTokenType.PropertyName when !IsClean():
                return Hostile.UncleanText;
            default:
                return Hold(type) ? null : Hostile.TooMany;
        }
    }

    private bool Hold(JsonTokenType type)
    {
        if (byItems && _lists.TryPeek(out var list) && _reader.CurrentDepth == list.Depth + 1)
        {
            _held = list.Held;
        }

        _held++;
        if (byItems && type == JsonTokenType.StartArray)
        {
            _lists.Push((_reader.CurrentDepth, _held));
        }

        return _held <= Hostile.NodesMax;
    }

    // Without escapes only these bytes begin a control character: JSON itself allows none of the others, and UTF-8 has
    // no half characters.
    private readonly bool IsClean()
    {
        if (_reader.ValueIsEscaped)
        {
            return Hostile.IsClean(JsonTree.Unescape(_reader));
        }

        var written = _reader.ValueSpan;
        return written.IndexOfAny((byte)0x7F, (byte)0xC2) < 0 || Hostile.IsClean(Encoding.UTF8.GetString(written));
    }
}
