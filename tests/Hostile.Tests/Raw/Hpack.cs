using System.Text;

namespace Commission.Hostile.Tests.Raw;

/// <summary>HPACK without Huffman's code and without a dynamic table: all that the server needs to use.</summary>
internal static class Hpack
{
    private static readonly (string Name, string Value)[] Table =
    [
        ("", ""), (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""),
        ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""),
        ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
        ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
        ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""),
        ("www-authenticate", ""),
    ];

    /// <summary>Literal headers, not to be indexed.</summary>
    public static byte[] Encode(params IEnumerable<(string Name, string Value)> headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            AddText(block, name);
            AddText(block, value);
        }

        return [.. block];
    }

    /// <summary>A literal header that is to be indexed.</summary>
    public static byte[] EncodeIndexed(string name, string value)
    {
        var block = new List<byte> { 0x40 };
        AddText(block, name);
        AddText(block, value);
        return [.. block];
    }

    /// <summary>The headers of a block of the server, or null if it uses what was not agreed on.</summary>
    public static Dictionary<string, string>? Decode(ReadOnlySpan<byte> block)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (block.Length > 0)
        {
            var first = block[0];
            if ((first & 0xe0) == 0x20)
            {
                Number(ref block, 5);
                continue;
            }

            var isWhole = first >= 0x80;
            var index = Number(ref block, isWhole ? 7 : (first & 0x40) != 0 ? 6 : 4);
            if (index >= Table.Length || (isWhole && index == 0))
            {
                return null;
            }

            var name = index > 0 ? Table[index].Name : Text(ref block);
            var value = isWhole ? Table[index].Value : Text(ref block);
            if (name is null || value is null)
            {
                return null;
            }

            headers[name] = value;
        }

        return headers;
    }

    private static void AddText(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        AddNumber(block, bytes.Length);
        block.AddRange(bytes);
    }

    private static void AddNumber(List<byte> block, int number)
    {
        if (number < 127)
        {
            block.Add((byte)number);
            return;
        }

        block.Add(127);
        for (number -= 127; number >= 128; number >>= 7)
        {
            block.Add((byte)((number & 0x7f) | 0x80));
        }

        block.Add((byte)number);
    }

    private static int Number(ref ReadOnlySpan<byte> block, int bits)
    {
        var mask = (1 << bits) - 1;
        var number = block[0] & mask;
        block = block[1..];
        if (number < mask)
        {
            return number;
        }

        for (var shift = 0; block.Length > 0; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            number += (next & 0x7f) << shift;
            if (next < 0x80)
            {
                break;
            }
        }

        return number;
    }

    private static string? Text(ref ReadOnlySpan<byte> block)
    {
        if (block.Length == 0 || block[0] >= 0x80)
        {
            return null;
        }

        var length = Number(ref block, 7);
        if (length > block.Length)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
