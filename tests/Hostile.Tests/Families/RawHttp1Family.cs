using System.Globalization;
using System.Text;
using Commission.Hostile.Tests.Fuzzing;
using Commission.Hostile.Tests.Generation;
using Commission.Hostile.Tests.Raw;

namespace Commission.Hostile.Tests.Families;

/// <summary>Bytes that look like HTTP/1.1: smuggled requests, bad chunks, huge headers, NULs.</summary>
internal sealed class RawHttp1Family(Uri json, int weight) : IFamily
{
    private const string Get = "GET /v1/reps/rep-296/estimate HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private const string Body = "{\"rep\":\"rep-296\",\"deal\":{\"deal\":\"raw\"}}";

    private static readonly string[] RequestLines =
    [
        "GET /v1/reps HTTP/1.1", "GET /v1/reps HTTP/1.0", "GET /v1/reps HTTP/0.9", "GET /v1/reps HTTP/3.0",
        "GET /v1/reps", "GET  /v1/reps HTTP/1.1", "GET\t/v1/reps\tHTTP/1.1", "get /v1/reps HTTP/1.1", "GET * HTTP/1.1",
        "OPTIONS * HTTP/1.1", "GET http://evil/v1/reps HTTP/1.1", "CONNECT evil:80 HTTP/1.1", "GET /v1/reps\0 HTTP/1.1",
        "GET /v1/\r\nx HTTP/1.1", "\r\n\r\nGET /v1/reps HTTP/1.1", " GET /v1/reps HTTP/1.1", "PRI * HTTP/2.0", "GET",
        "POST /v1/deals:record HTTP/1.1", "GET /v1/reps?a=\u00ff HTTP/1.1", "GET //evil/%2e%2e/ HTTP/1.1",
        "GET /v1/reps/%00/estimate HTTP/1.1", "GET /v1/reps HTTP/1.1 x", "G\u0001T / HTTP/1.1",
        "\u0016\u0003\u0001\u0002",
    ];

    private static readonly string[] HeaderLines =
    [
        "Host: b", "Host:", "Content-Length: 5", "Content-Length: 5, 6", "Content-Length: -1", "Content-Length: +5",
        "Content-Length: 99999999999999999999", "Content-Length: 0x5", "Content-Length : 5", " Content-Length: 5",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding:\tchunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "X: a\0b",
        "X: \u0001", "X\u00e9: y", ": nothing", "nothing", "X:\r\n folded", "Connection: close", "Connection: upgrade",
        "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", "Expect: 100-continue", "Expect: 200-ok", "Trailer: x",
        "Content-Type: application/json", "Content-Type: application/grpc-web+proto", "Content-Encoding: gzip", "X: \n",
        "Host: a\rX: y", "Content-Length: 0\nX: y", "Keep-Alive: timeout=999999", "Range: bytes=0-0,1-1,2-2",
    ];

    private static readonly string[] Chunks =
    [
        "5\r\nhello\r\n", "0\r\n\r\n", "5;ext=\"a\r\nb\"\r\nhello\r\n", "FFFFFFFFFFFFFFFF\r\n", "-1\r\n", "5\nhello\n",
        "g\r\n", "5\r\nhello", "5\r\nhelloXX", "0\r\nX: y\r\n\r\n", "0005\r\nhello\r\n", "0x5\r\nhello\r\n", "\r\n",
        "7FFFFFFF\r\n", "1\r\nh\r\n1\r\ne\r\n", "0\r\n\r\nGET /v1/reps HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];

    public string Name => "raw HTTP/1.1";

    public int Weight => weight;

    public async Task<Outcome> RunAsync(Random random, Note note, CancellationToken patience)
    {
        var bytes = Make(random);
        note.Describe("raw HTTP/1.1,", bytes);
        using var connection = await RawConnection.OpenAsync(json, patience);
        await connection.SendAsync(bytes, patience);
        connection.Finish();
        var answer = Encoding.Latin1.GetString(await connection.ReadToEndAsync(patience));
        if (answer.Length == 0)
        {
            return new("closed");
        }

        if (answer[0] == '\0')
        {
            // A frame of HTTP/2, to what begins as HTTP/2 does.
            return new("GOAWAY");
        }

        var status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && answer.Length > 12
            && int.TryParse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture, out var code) ? code : 0;
        var outcome = status == 100 ? new("HTTP 100") : Judge.OfHttp(status);
        return outcome with { Fault = outcome.Fault ?? OfAll(answer) };
    }

    /// <summary>No answer of those on the connection may be a failure or show the inside.</summary>
    private static string? OfAll(string answer) =>
        answer.Contains("HTTP/1.1 500", StringComparison.Ordinal) ? $"An answer is 500: {answer}" : Judge.Leak(answer);

    private static byte[] Make(Random random)
    {
        var text = random.Next(6) switch
        {
            0 => Smuggled(random),
            1 => Get + Lines(random) + Get,
            2 => new string(random.GetItems<char>("GET /v1:\r\n\0 HTTP.1\u00ff".AsSpan(), random.Next(200))),
            3 => Chunked(random),
            _ => Lines(random),
        };
        var bytes = Encoding.Latin1.GetBytes(text);
        return random.Next(4) == 0 ? WireMutator.Mutate(random, bytes) : bytes;
    }

    private static string Lines(Random random)
    {
        var text = new StringBuilder(Words.Pick(random, RequestLines)).Append("\r\n");
        for (var left = random.Next(6); left > 0; left--)
        {
            text.Append(Words.Pick(random, HeaderLines)).Append(random.Next(12) == 0 ? "\n" : "\r\n");
        }

        if (random.Next(12) == 0)
        {
            text.Insert(text.Length, string.Concat(Enumerable.Repeat("X: y\r\n", random.Next(300))));
        }

        if (random.Next(12) == 0)
        {
            text.Append("X: ").Append('x', random.Next(40_000)).Append("\r\n");
        }

        return text.Append("\r\n").Append(random.Next(3) == 0 ? Body : "").ToString();
    }

    /// <summary>Two ways to say how long the body is.</summary>
    private static string Smuggled(Random random) =>
        "POST /v1/deals:record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {random.Next(80)}\r\n"
        + $"Transfer-Encoding: {Words.Pick(random, "chunked", "x", "identity")}\r\n"
        + $"\r\n{Words.Pick(random, Chunks)}{Get}";

    private static string Chunked(Random random) =>
        "POST /v1/deals:record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n"
        + string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Words.Pick(random, Chunks)));
}
