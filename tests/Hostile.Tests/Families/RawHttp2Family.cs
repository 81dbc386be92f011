using System.Text;
using Commission.Gateway.Grpc;
using Commission.Hostile.Tests.Fuzzing;
using Commission.Hostile.Tests.Generation;
using Commission.Hostile.Tests.Raw;
using Google.Protobuf;

namespace Commission.Hostile.Tests.Families;

/// <summary>Connections of HTTP/2 with right frames, and with wrong ones.</summary>
internal sealed class RawHttp2Family(Uri grpc, IReadOnlyList<RpcMethod> methods, int weight) : IFamily
{
    private const uint InternalError = 2;
    private static readonly byte[] LastPing = "the last"u8.ToArray();
    private static readonly TimeSpan BriefPatience = TimeSpan.FromMilliseconds(250);

    private static readonly (string Name, string Value)[] Headers =
    [
        (":path", "/x"), (":method", "CONNECT"), (":scheme", "ftp"), (":status", "200"), (":unknown", "x"), ("", "x"),
        ("UPPER", "x"), ("connection", "close"), ("transfer-encoding", "chunked"), ("te", "gzip"), ("host", "b"),
        ("content-length", "3"), ("content-length", "-1"), ("x\r\ny", "z"), ("x", "a\r\nb: c"), ("x", "\0"),
        ("x ", "y"),
        ("grpc-timeout", "x"), ("cookie", "a=b"), ("cookie", "c=d"), (":authority", ""), (":path", "*"), (":path", ""),
        ("grpc-encoding", "gzip"), ("content-type", "application/grpc-web"), ("x-bin", "\u00ff"),
        (":authority", "a@b:c"),
    ];

    public string Name => "raw HTTP/2";

    public int Weight => weight;

    public async Task<Outcome> RunAsync(Random random, Note note, CancellationToken patience)
    {
        var bytes = Make(random, out var isCalm);
        note.Describe(isCalm ? "HTTP/2 frames, all right," : "HTTP/2 frames,", bytes);
        using var session = await Http2Session.OpenAsync(grpc, patience);
        await session.SendAsync(bytes, patience);
        await session.SendAsync(new Http2Frame(FrameType.Ping, 0, 0, LastPing), patience);
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(patience);
        brief.CancelAfter(BriefPatience);
        var seen = new Seen();
        try
        {
            await ReadAsync(session, seen, isCalm, brief.Token);
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            // The server waits for more of a frame, or a call has not ended: it learns that there is no more.
        }

        session.Finish();
        await ReadAsync(session, seen, untilEnd: true, patience);
        return seen.Fault is { } fault ? new(seen.Answer, fault) : new(seen.Answer);
    }

    private static async Task ReadAsync(Http2Session session, Seen seen, bool untilEnd, CancellationToken patience)
    {
        while (await session.ReadAsync(patience) is { } frame)
        {
            seen.Add(frame);
            if (!untilEnd && frame.Type == FrameType.Ping && frame.Payload.AsSpan().SequenceEqual(LastPing))
            {
                return;
            }

            if (untilEnd && seen.Ended)
            {
                return;
            }
        }
    }

    private byte[] Make(Random random, out bool isCalm)
    {
        var frames = new List<byte>();
        isCalm = random.Next(4) == 0;
        for (var stream = 1; stream <= 2 * random.Next(1, 4); stream += 2)
        {
            frames.AddRange(isCalm ? Call(random, stream) : Wild(random, stream));
        }

        if (isCalm)
        {
            // One call, so that its end is the end.
            return [.. Call(random, 1)];
        }

        return random.Next(3) == 0 ? WireMutator.Mutate(random, [.. frames]) : [.. frames];
    }

    /// <summary>A right call in a form that is seldom seen: pieces, padding, priorities, unknown frames.</summary>
    private IEnumerable<byte> Call(Random random, int stream)
    {
        var method = Words.Pick(random, methods.Where(method => method.Kind == RpcKind.Unary).ToList());
        var block = Http2Session.CallHeaders(method.Path, ("grpc-timeout", "5S"));
        var body = Frames.Of(new MessageMaker(random, 2).Make(method.RequestType).ToByteArray());
        var cut = random.Next(block.Length);
        IEnumerable<Http2Frame> frames =
        [
            Http2Frame.Of((FrameType)random.Next(0x20, 0xff), (byte)random.Next(256), 0, 1, 2, 3),
            Http2Frame.Of(FrameType.Headers, 0, stream, block[..cut]),
            Http2Frame.Of(FrameType.Continuation, Http2Frame.EndHeaders, stream, block[cut..]),
            Http2Frame.Of(FrameType.Priority, 0, stream, 0, 0, 0, 0, 7),
            Http2Frame.Of(FrameType.Data, Http2Frame.Padded, stream, 3, body[0], 0, 0, 0),
            Http2Frame.Of(FrameType.Data, 0, stream),
            Http2Frame.Of(FrameType.Data, Http2Frame.EndStream, stream, body[1..]),
        ];
        return frames.SelectMany(frame => frame.ToBytes());
    }

    private IEnumerable<byte> Wild(Random random, int stream)
    {
        var method = Words.Pick(random, methods);
        var others = Enumerable.Range(0, random.Next(3)).Select(_ => Words.Pick(random, Headers));
        var block = Http2Session.CallHeaders(method.Path, others);
        var body = Frames.Of(new MessageMaker(random, 5).Make(method.RequestType).ToByteArray());
        var flags = (byte)(random.Next(4) == 0 ? random.Next(256) : Http2Frame.EndHeaders);
        var frames = new List<Http2Frame>
        {
            new(FrameType.Headers, flags, stream, random.Next(5) == 0 ? Block(random, block) : block),
            new(FrameType.Data, (byte)(random.Next(6) == 0 ? random.Next(256) : Http2Frame.EndStream), stream, body),
        };
        for (var left = random.Next(4); left > 0; left--)
        {
            frames.Insert(random.Next(frames.Count + 1), Odd(random, stream));
        }

        return frames.SelectMany(frame => frame.ToBytes(random.Next(40) == 0 ? random.Next(1 << 24) : null));
    }

    private static byte[] Block(Random random, byte[] block) => random.Next(6) switch
    {
        0 => WireMutator.Mutate(random, block),
        1 => [0x80, .. block],
        2 => [0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
        3 => [.. block, 0x3f, 0xff, 0xff, 0xff, 0xff, 0x07],
        4 => [.. block, 0x00, 0x83, 0xff, 0xff, 0xff, 0x01, 0x41],
        _ => [.. block, .. Hpack.Encode(("x", new string('y', random.Next(40_000))))],
    };

    private static Http2Frame Odd(Random random, int stream) => random.Next(12) switch
    {
        0 => Http2Frame.NumberOf(
            FrameType.WindowUpdate, random.Next(2) * stream, (uint)random.NextInt64(uint.MaxValue)),
        1 => Http2Frame.NumberOf(FrameType.Reset, stream, (uint)random.Next(20)),
        2 => Http2Frame.SettingsOf(((ushort)random.Next(10), (uint)random.NextInt64(uint.MaxValue))),
        3 => Http2Frame.SettingsOf((4, 0), (5, 0), (4, 0x80000000)),
        4 => Http2Frame.Of(FrameType.Ping, 0, random.Next(2), 1, 2, 3, 4, 5, 6, 7, 8),
        5 => Http2Frame.Of(FrameType.Ping, Http2Frame.Ack, 0, 1, 2, 3),
        6 => Http2Frame.Of(FrameType.GoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)random.Next(14)),
        7 => Http2Frame.Of(FrameType.Push, Http2Frame.EndHeaders, stream, 0, 0, 0, 2),
        8 => Http2Frame.Of(FrameType.Continuation, Http2Frame.EndHeaders, stream, 0),
        9 => Http2Frame.Of(FrameType.Data, Http2Frame.Padded, stream, 255, 1),
        10 => Http2Frame.Of(FrameType.Priority, 0, stream, 0, 0, 0, (byte)stream, 1),
        _ => Http2Frame.Of((FrameType)random.Next(256), (byte)random.Next(256), random.Next(5), (byte)random.Next(256)),
    };

    /// <summary>What the server sent, and what is wrong with it.</summary>
    private sealed class Seen
    {
        public string? Fault { get; private set; }

        public string Answer { get; private set; } = "closed";

        /// <summary>Whether the first call has ended.</summary>
        public bool Ended { get; private set; }

        public void Add(Http2Frame frame)
        {
            Ended |= frame is { Stream: 1, Type: FrameType.Data or FrameType.Headers } && (frame.Flags & 1) == 1;
            switch (frame.Type)
            {
                // The web server itself ends a connection so for some blocks of headers that it can't decode.
                case FrameType.Reset when frame.ErrorCode == InternalError:
                    Fault ??= $"{frame.Type} says INTERNAL_ERROR: {Encoding.Latin1.GetString(frame.Payload)}";
                    break;
                case FrameType.GoAway or FrameType.Reset:
                    Answer = $"{frame.Type} {frame.ErrorCode}";
                    break;
                case FrameType.Headers:
                    AddHeaders(frame);
                    break;
                default:
                    break;
            }
        }

        private void AddHeaders(Http2Frame frame)
        {
            if (Hpack.Decode(frame.Payload) is not { } headers)
            {
                Answer = "answered";
                return;
            }

            var status = headers.TryGetValue(":status", out var code)
                ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture)
                : 200;
            if (status == 200 && !headers.ContainsKey("grpc-status"))
            {
                return;
            }

            var answer = GrpcAnswer.Of(status, headers.GetValueOrDefault, wasLeft: false);
            var outcome = Judge.OfGrpc(answer, isMisframed: true);
            Answer = outcome.Answer;
            Fault ??= outcome.Fault;
        }
    }
}
