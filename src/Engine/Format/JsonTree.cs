using System.Collections;
using System.Text;
using System.Text.Json;

namespace Commission.Engine;

/// <summary>Nodes of a JSON text that has passed <see cref="JsonCheck"/>. A list is only a place in the text: its items
/// are read when they are gone through.</summary>
internal sealed class JsonTree(ReadOnlyMemory<byte> text)
{
    private readonly SharedTexts _texts = new();

    public Node Root()
    {
        var place = new JsonPlace(text);
        return ReadAt(0, ref place, out _);
    }

    /// <summary>A text with escapes. Half of a surrogate pair is the one escape that has no text; what stands in for it
    /// here is refused as that.</summary>
    public static string Unescape(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "\ud800";
        }
    }

    private Node ReadAt(int offset, ref JsonPlace place, out int end)
    {
        var reader = new Utf8JsonReader(text.Span[offset..], new JsonReaderOptions { MaxDepth = Hostile.DepthMax + 1 });
        reader.Read();
        var node = Value(ref reader, offset, ref place);
        end = offset + (int)reader.BytesConsumed;
        return node;
    }

    private Node Value(ref Utf8JsonReader reader, int offset, ref JsonPlace place)
    {
        var start = offset + (int)reader.TokenStartIndex;
        var (line, column) = place.At(start);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Map(new MapNode(line, column), ref reader, offset, ref place);
            case JsonTokenType.StartArray:
                var items = new Items(this, start + 1, place);
                reader.Skip();
                return new ListNode(line, column, items);
            case JsonTokenType.Null:
                return new EmptyNode(line, column);
            default:
                return new TextNode(line, column, Text(reader));
        }
    }

    private MapNode Map(MapNode map, ref Utf8JsonReader reader, int offset, ref JsonPlace place)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (line, column) = place.At(offset + (int)reader.TokenStartIndex);
            var name = new TextNode(line, column, Text(reader));
            reader.Read();
            map.Entries.Add((name, Value(ref reader, offset, ref place)));
        }

        return map;
    }

    private string Text(in Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Unescape(reader) : _texts.Of(reader.ValueSpan);

    /// <summary>The items of the list that has begun before an offset.</summary>
    private sealed class Items(JsonTree tree, int start, JsonPlace before) : IEnumerable<Node>
    {
        public IEnumerator<Node> GetEnumerator()
        {
            var (offset, place) = (start, before);
            while (tree.NextItem(ref offset))
            {
                yield return tree.ReadAt(offset, ref place, out offset);
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // Between items the text holds white space and one comma.
    private bool NextItem(ref int offset)
    {
        var rest = text.Span[offset..];
        var next = rest.IndexOfAnyExcept(" \t\r\n,"u8);
        offset += next;
        return rest[next] != (byte)']';
    }

    /// <summary>Short texts that occur again and again, such as fields' names, as one string each.</summary>
    private sealed class SharedTexts
    {
        private const int LengthMax = 12;
        private readonly string?[] _known = new string?[256];

        public string Of(ReadOnlySpan<byte> written)
        {
            if (written.Length > LengthMax)
            {
                return Encoding.UTF8.GetString(written);
            }

            ref var known = ref _known[PlaceOf(written)];
            if (known is null || !Ascii.Equals(written, known))
            {
                known = Encoding.UTF8.GetString(written);
            }

            return known;
        }

        private static int PlaceOf(ReadOnlySpan<byte> written)
        {
            var hash = written.Length;
            foreach (var letter in written)
            {
                hash = unchecked((hash * 31) + letter);
            }

            return unchecked((byte)(hash ^ (hash >> 8)));
        }
    }
}
