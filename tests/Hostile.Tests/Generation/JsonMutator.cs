using System.Text;
using System.Text.Json.Nodes;

namespace Commission.Hostile.Tests.Generation;

/// <summary>Makes valid JSON wrong, as a hostile client would.</summary>
internal static class JsonMutator
{
    private const string Place = "~the-place~";

    private static readonly string[] Values =
    [
        "null", "true", "{}", "[]", "[[]]", "{\"a\":{}}", "\"\"", "0", "-0", "-1", "1.5", "1e400", "1e-400",
        "1e999999999", "-1e999999999999999999999", "99999999999999999999999999999999", "NaN", "Infinity", "01", "+1",
        "0x10", "1_000", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"\n\"", "'a'", "undefined",
        "\"9223372036854775808\"", "\"-9223372036854775809\"", "\"2020-06-30T25:00:00Z\"",
        "\"9999-12-31T23:59:59.9999999999Z\"", "\"0000-01-01T00:00:00Z\"", "\"10000000000000s\"", "[null]", "{\"\":1}",
        "{\"@type\":\"type.googleapis.com/google.protobuf.Any\"}", "\"=\"", "\"____\"", "/**/1", "[1,]", "",
    ];

    /// <summary>The text with something wrong in it, as bytes.</summary>
    public static byte[] Mutate(Random random, string valid)
    {
        var text = random.Next(4) switch
        {
            0 => valid,
            1 => Deep(random, valid),
            _ => Replace(random, valid, Hostile(random)),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(3) == 0 ? Bytes(random, bytes) : bytes;
    }

    private static string Hostile(Random random) => random.Next(8) switch
    {
        0 => new string('9', random.Next(1, 5000)),
        1 => $"\"{new string('x', random.Next(1, 20_000))}\"",
        2 => $"[{string.Join(',', Enumerable.Repeat("{}", random.Next(1, 500)))}]",
        3 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(1, 300)).Select(i => $"\"k{i}\":\"v\""))}}}",
        _ => Words.Pick(random, Values),
    };

    private static string Deep(Random random, string valid)
    {
        var levels = random.Next(1, 300);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"deal\":", "}");
        var nested = string.Concat(Enumerable.Repeat(open, levels)) + "1"
            + (random.Next(4) == 0 ? "" : string.Concat(Enumerable.Repeat(close, levels)));
        return Replace(random, valid, nested);
    }

    /// <summary>Puts raw text in the place of one of the values, or beside them.</summary>
    private static string Replace(Random random, string valid, string raw)
    {
        var root = JsonNode.Parse(valid)!;
        var nodes = Descendants(root).ToList();
        if (nodes.Count == 0 || random.Next(6) == 0)
        {
            var name = random.Next(2) == 0 ? "unknown" : "rep";
            return $"{{\"{name}\":{raw},{valid.AsSpan(1)}";
        }

        nodes[random.Next(nodes.Count)].ReplaceWith(Place);
        return root.ToJsonString().Replace($"\"{Place}\"", raw, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode node)
    {
        var children = node switch
        {
            JsonObject fields => fields.Select(field => field.Value),
            JsonArray items => items,
            _ => [],
        };
        return children.OfType<JsonNode>().SelectMany(child => Descendants(child).Prepend(child));
    }

    private static byte[] Bytes(Random random, byte[] valid)
    {
        var bytes = valid.ToList();
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(5))
        {
            case 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 1:
                bytes.InsertRange(at, [0xc3, 0x28]);
                break;
            case 2:
                bytes.InsertRange(0, [0xef, 0xbb, 0xbf]);
                break;
            case 3:
                bytes.Insert(at, 0);
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(30))));
                break;
        }

        return [.. bytes];
    }
}
