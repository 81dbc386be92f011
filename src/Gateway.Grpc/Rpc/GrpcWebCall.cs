using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Commission.Gateway.Grpc.Http;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>
/// One call by gRPC-Web: the same frames by any HTTP, as bytes or in base64; the trailers are a last frame.
/// </summary>
internal sealed class GrpcWebCall : GrpcCall
{
    private const byte TrailerFlag = 0x80;

    private readonly PipeReader? _decoded;
    private readonly RentedBuffer? _toEncode;

    public GrpcWebCall(RpcServer server, RpcMethod method, HttpContext http, TimeSpan? timeout, bool isText)
        : base(server, method, http, timeout)
    {
        if (isText)
        {
            _toEncode = new RentedBuffer(1024);
            http.Response.RegisterForDispose(_toEncode);
            _decoded = PipeReader.Create(new Base64Body(http.Request.BodyReader));
        }
    }

    public override PipeReader Input => _decoded ?? base.Input;

    protected override IBufferWriter<byte> Output => _toEncode ?? base.Output;

    protected override string Protocol => "grpc-web";

    protected override string ResponseType => _toEncode is null ? GrpcContent.Web : GrpcContent.WebText;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HttpBody.ReadAsync(Input, cancellationToken);
        }
        catch (FormatException)
        {
            throw RpcError.Invalid("The request is not valid base64.");
        }
    }

    protected override void PrepareFlush() => Encode();

    protected override IHeaderDictionary EndHeaders(bool begun) => new HeaderDictionary();

    protected override void WriteEnd(IHeaderDictionary headers)
    {
        if (HasLeft)
        {
            return;
        }

        var text = new StringBuilder();
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                text.Append(name.ToLowerInvariant()).Append(": ").Append(value).Append("\r\n");
            }
        }

        var head = Output.GetSpan(Frames.HeaderBytes);
        head[0] = TrailerFlag;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], text.Length);
        Output.Advance(Frames.HeaderBytes);
        System.Text.Encoding.ASCII.GetBytes(text.ToString(), Output);
        Encode();
    }

    /// <summary>
    /// Moves what was written to the response in base64; each piece is padded, and clients expect that.
    /// </summary>
    private void Encode()
    {
        if (_toEncode is not { Count: > 0 })
        {
            return;
        }

        var output = Http.Response.BodyWriter;
        var target = output.GetSpan(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(_toEncode.Count));
        System.Buffers.Text.Base64.EncodeToUtf8(_toEncode.Written, target, out _, out var written);
        output.Advance(written);
        _toEncode.Clear();
    }
}
