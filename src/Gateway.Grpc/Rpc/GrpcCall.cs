using System.Buffers;
using System.IO.Pipelines;
using Commission.Contracts;
using Commission.Gateway.Grpc.Http;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>One call by gRPC over HTTP/2: its frames, and how it ends.</summary>
internal class GrpcCall : HttpCall
{
    private bool _gzip;
    private bool _begun;
    private bool _compressed;

    protected GrpcCall(RpcServer server, RpcMethod method, HttpContext http, TimeSpan? timeout)
        : base(server, method, http, timeout)
    {
    }

    /// <summary>How compressed requests are encoded: `gzip`, or null.</summary>
    public string? Encoding { get; private set; }

    /// <inheritdoc/>
    public override bool IsRequestCompressed => _compressed;

    /// <summary>Bytes written and not flushed.</summary>
    public int Unflushed { get; private set; }

    /// <summary>Where the frames of the request come from.</summary>
    public virtual PipeReader Input => Http.Request.BodyReader;

    /// <summary>Where the frames of the response go.</summary>
    protected virtual IBufferWriter<byte> Output => Http.Response.BodyWriter;

    /// <inheritdoc/>
    protected override string Protocol => "grpc";

    /// <summary>The content type of the response.</summary>
    protected virtual string ResponseType => GrpcContent.Grpc;

    /// <summary>The call of a request that is proper gRPC, or null after refusing one that isn't.</summary>
    public static GrpcCall? Open(RpcServer server, RpcMethod method, HttpContext http)
    {
        var wire = GrpcContent.Check(http);
        if (wire == GrpcWire.None)
        {
            return null;
        }

        TimeSpan? timeout = null;
        string? encoding = null;
        RpcError? wrong = null;
        try
        {
            var header = http.Request.Headers.GrpcTimeout;
            timeout = header.Count == 0 ? null : Timeouts.Parse(header);
            encoding = RequestEncoding(http);
        }
        catch (RpcError error)
        {
            wrong = error;
        }

        var call = wire == GrpcWire.Http2
            ? new GrpcCall(server, method, http, timeout)
            : new GrpcWebCall(server, method, http, timeout, isText: wire == GrpcWire.WebText);
        call.Encoding = encoding;
        if (wrong is not null)
        {
            call.Fail(wrong);
            return null;
        }

        return call;
    }

    /// <summary>More of the request, as soon as there is some.</summary>
    public virtual ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken) =>
        HttpBody.ReadAsync(Input, cancellationToken);

    /// <summary>Parses a frame's message, and notes whether it was compressed.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT, INTERNAL or RESOURCE_EXHAUSTED if that can't be done.</exception>
    public T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> body, bool compressed)
        where T : class, IMessage<T>
    {
        _compressed = compressed;
        try
        {
            if (!compressed)
            {
                return parser.ParseFrom(body);
            }

            if (Encoding != "gzip")
            {
                throw new RpcError(RpcStatus.Internal, "A message is compressed, but grpc-encoding names no encoding.");
            }

            using var plain = Gzip.Inflate(body, Server.Options.MaxMessageBytes);
            Hold(body.Length + plain.Count);
            return parser.ParseFrom(plain.Written);
        }
        catch (Exception failure) when (WireFaults.Of(failure) is not null)
        {
            throw WireFaults.Of(failure)!;
        }
    }

    /// <summary>Writes a message of a stream; it is sent by the next flush.</summary>
    public void Write<T>(T message)
        where T : class, IMessage<T>
    {
        var kept = message is IKeepsBytes repeated ? repeated.Bytes : default;
        var size = kept.IsEmpty ? message.CalculateSize() : kept.Length;
        if (!_begun)
        {
            Begin(mayCompress: Method.Kind is RpcKind.ServerStream or RpcKind.Duplex
                || (CompressResponses ?? size > Server.Options.CompressAboveBytes));
        }

        Unflushed += _gzip && (CompressResponses ?? size > Server.Options.CompressAboveBytes)
            ? Frames.WriteGzip(Output, message, size)
            : kept.IsEmpty ? Frames.Write(Output, message, size)
            : Frames.Write(Output, kept.Span);
    }

    /// <summary>Sends what was written, and waits while the caller is slow to read.</summary>
    /// <exception cref="OperationCanceledException">
    /// Nobody reads any more, the call's time is over, or the server stops.
    /// </exception>
    public async ValueTask FlushAsync()
    {
        Unflushed = 0;
        PrepareFlush();
        var flush = Http.Response.BodyWriter.FlushAsync(default);
        var result = flush.IsCompleted ? await flush : await WaitForReader(flush);
        CancellationToken.ThrowIfCancellationRequested();

        // A response whose caller has left takes all that is written, at once and for ever.
        if (result.IsCompleted)
        {
            throw Leave();
        }
    }

    /// <remarks>
    /// What waits can't be sent when the call is cancelled, so no trailer can follow it. To cancel the flush instead
    /// would look to the caller like a fault of the server.
    /// </remarks>
    private async ValueTask<FlushResult> WaitForReader(ValueTask<FlushResult> flush)
    {
        await using (CancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).CutOff(), this))
        {
            return await flush;
        }
    }

    /// <summary>Ends the call well.</summary>
    public void Succeed() => End(null);

    /// <summary>Ends the call with what the exception means to the caller.</summary>
    public void Fail(Exception exception) => End(Server.Refusal(exception, this));

    /// <summary>Hands what was written to the response.</summary>
    protected virtual void PrepareFlush()
    {
    }

    /// <summary>Where the status goes: to the trailers, or to the headers if nothing else is sent.</summary>
    protected virtual IHeaderDictionary EndHeaders(bool begun) =>
        begun ? Http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : Http.Response.Headers;

    /// <summary>Writes the end headers, if they don't go out by themselves.</summary>
    protected virtual void WriteEnd(IHeaderDictionary headers)
    {
    }

    private void End(RpcError? error)
    {
        if (!_begun && (error is null || HasResponseHeaders))
        {
            Begin(mayCompress: false);
        }

        Http.Response.ContentType ??= ResponseType;
        var headers = EndHeaders(_begun);
        if (error is null)
        {
            headers.GrpcStatus = "0";
        }
        else
        {
            StatusHeaders.Write(headers, error);
        }

        AppendTrailers(headers);
        WriteEnd(headers);
        Close(error?.Status ?? RpcStatus.Ok);
    }

    private static string? RequestEncoding(HttpContext http)
    {
        var encoding = http.Request.Headers.GrpcEncoding;
        if (encoding.Count == 0 || encoding == "identity")
        {
            return null;
        }

        http.Response.Headers.GrpcAcceptEncoding = "identity,gzip";
        return encoding == "gzip"
            ? "gzip"
            : throw new RpcError(RpcStatus.Unimplemented, $"The encoding '{encoding}' is not supported; gzip is.");
    }

    private void Begin(bool mayCompress)
    {
        _begun = true;
        Http.Response.ContentType = ResponseType;
        if (mayCompress && AcceptsGzip())
        {
            _gzip = true;
            Http.Response.Headers.GrpcEncoding = "gzip";
        }

        if (HasResponseHeaders)
        {
            foreach (var (name, value) in ResponseHeaders)
            {
                Http.Response.Headers.Append(name, value);
            }
        }
    }

    private bool AcceptsGzip()
    {
        foreach (var value in Http.Request.Headers.GrpcAcceptEncoding)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[part].Trim().SequenceEqual("gzip"))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void AppendTrailers(IHeaderDictionary headers)
    {
        if (HasResponseTrailers)
        {
            foreach (var (name, value) in ResponseTrailers)
            {
                headers.Append(name, value);
            }
        }
    }
}
