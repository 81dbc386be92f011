using System.Text;
using Commission.Gateway.Grpc;
using Commission.Hostile.Tests.Fuzzing;
using Commission.Hostile.Tests.Generation;
using Google.Protobuf;

namespace Commission.Hostile.Tests.Families;

/// <summary>Right messages in wrong frames, and with wrong headers.</summary>
internal sealed class FramingFamily(GrpcSender sender, IReadOnlyList<RpcMethod> methods, int weight) : IFamily
{
    private static readonly byte[] Bomb = Frames.Gzip(new byte[5 * 1024 * 1024]);

    private static readonly string[] Timeouts =
    [
        "", "1", "S", "99999999H", "999999999S", "-1S", "1.5S", "0n", "1n", "1u", "00000000m", "1S1S", "1 S", "\u0661S",
        "S1", "1s", "1Y", "5S",
    ];

    private static readonly string[] Encodings =
        ["gzip", "identity", "deflate", "br", "snappy", "", "GZIP", "gzip,gzip", "x\u00e9", "*"];

    private static readonly string[] Types =
    [
        "application/grpc", "application/grpc+proto", "application/grpc+json", "application/grpc;charset=utf-8",
        "application/grpc-foo", "application/grpc-web", "application/grpc-web-text", "APPLICATION/GRPC", "text/plain",
        "application/json", "application/x-protobuf", "application/grpc ", "application/grpcx", ";;;",
    ];

    private static readonly (string Name, string Value)[] Others =
    [
        ("x-bytes-bin", "!!!"), ("x-bytes-bin", "A"), ("x-bytes-bin", "AAA=,====,AA"), ("x-bytes-bin", ""),
        ("grpc-accept-encoding", ",,,gzip,,"), ("grpc-accept-encoding", "gzip;q=0"), ("te", "nothing"),
        ("grpc-previous-rpc-attempts", "99999999999"), ("authorization", "Bearer ..."), ("authorization", "Basic =="),
        ("traceparent", "00-00000000000000000000000000000000-0000000000000000-zz"), ("tracestate", ",=,=,"),
        ("baggage", "a=b;;;,c"), ("content-encoding", "gzip"), ("x-grpc-web", "2"), ("origin", "null"),
        ("x-http-method-override", "DELETE"), ("range", "bytes=0-1"), ("if-match", "*"), ("expect", "a miracle"),
        ("grpc-status", "13"), ("x-forwarded-for", "\u00ff"), ("cookie", "a=b; a=c"), ("accept-language", "\u00e9"),
    ];

    public string Name => "framing and headers";

    public int Weight => weight;

    public async Task<Outcome> RunAsync(Random random, Note note, CancellationToken patience)
    {
        var method = Words.Pick(random, methods);
        var form = Words.Pick(random, GrpcForm.Http2, GrpcForm.Http2, GrpcForm.WebOnHttp2, GrpcForm.WebOnHttp1);
        var message = new MessageMaker(random, 2).Make(method.RequestType).ToByteArray();
        var body = Body(random, message, out var what);
        List<(string, string)> headers = Headers(random);
        var request = new GrpcRequest(
            form,
            random.Next(30) == 0 ? Words.Pick(random, "GET", "PUT", "OPTIONS", "PATCH", "BREW") : "POST",
            random.Next(30) == 0 ? method.Path + Words.Pick(random, "/", "x", "?a=b", "/x", "%2f") : method.Path,
            random.Next(6) == 0 ? Words.Pick(random, Types) : null,
            headers,
            body,
            Leave: true);
        var shown = string.Join(", ", headers.Select(header => $"{header.Item1}: {header.Item2}"));
        note.Describe($"{request.Verb} {request.Path} by {form}, {request.Type}, {what}; {shown};", body);
        return Judge.OfGrpc(await sender.SendAsync(request, patience), isMisframed: true);
    }

    private static List<(string Name, string Value)> Headers(Random random)
    {
        List<(string, string)> headers = [("grpc-timeout", random.Next(2) == 0 ? "50m" : Words.Pick(random, Timeouts))];
        if (random.Next(2) == 0)
        {
            headers.Add(("grpc-encoding", random.Next(2) == 0 ? "gzip" : Words.Pick(random, Encodings)));
        }

        for (var left = random.Next(4); left > 0; left--)
        {
            headers.Add(Words.Pick(random, Others));
        }

        if (random.Next(20) == 0)
        {
            headers.AddRange(Enumerable.Range(0, random.Next(150)).Select(i => ($"x-many-{i}", "v")));
        }

        if (random.Next(20) == 0)
        {
            headers.Add(("x-long", new string('l', random.Next(20_000))));
        }

        return headers;
    }

    private static byte[] Body(Random random, byte[] message, out string what)
    {
        var packed = Frames.Gzip(message);
        (what, var body) = random.Next(16) switch
        {
            0 => ("unknown flags", Frames.Of(message, (byte)random.Next(2, 256))),
            1 => ("a longer length", Frames.Of(message, 0, (uint)(message.Length + random.Next(1, 100)))),
            2 => ("a shorter length", Frames.Of(message, 0, (uint)random.Next(message.Length + 1))),
            3 => ("a huge length", Frames.Of(message, 0, Words.Pick(random, uint.MaxValue, 0x80000000u, 0x400001u))),
            4 => ("two messages", [.. Frames.Of(message), .. Frames.Of(message)]),
            5 => ("no message", []),
            6 => ("part of a header", Frames.Of(message)[..random.Next(5)]),
            7 => ("garbage behind", [.. Frames.Of(message), .. message.Take(random.Next(1, 5)), 0xff]),
            8 => ("gzip, perhaps without its name", Frames.Of(packed, 1)),
            9 => ("gzip that is cut", Frames.Of(packed.AsSpan(0, random.Next(packed.Length)), 1)),
            10 => ("gzip that is damaged", Frames.Of(WireMutator.Mutate(random, packed), 1)),
            11 => ("plain, said to be gzip", Frames.Of(message, 1)),
            12 => ("gzip twice", Frames.Of(Frames.Gzip(packed), 1)),
            13 when random.Next(8) == 0 => ("a bomb", Frames.Of(Bomb, 1)),
            14 => ("an empty message, compressed", Frames.Of([], 1)),
            _ => ("a right frame", Frames.Of(message)),
        };
        return random.Next(8) == 0 ? Encoding.Latin1.GetBytes(Convert.ToBase64String(body)) : body;
    }
}
