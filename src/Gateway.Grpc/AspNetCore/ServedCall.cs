using Commission.Gateway.Grpc.Http;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>
/// A call that Grpc.AspNetCore serves: counted, admitted and measured around it, as the calls of the other protocols.
/// </summary>
/// <param name="server">What all calls share.</param>
/// <param name="method">The method called.</param>
/// <param name="http">The request and its response.</param>
/// <param name="timeout">How long the caller waits, or null.</param>
internal sealed class ServedCall(RpcServer server, RpcMethod method, HttpContext http, TimeSpan? timeout)
    : HttpCall(server, method, http, timeout), IRequestBodyPipeFeature
{
    private const string BinarySuffix = "-bin";
    private readonly IRequestBodyPipeFeature? _plain = http.Features.Get<IRequestBodyPipeFeature>();
    private ServerCallContext? _context;
    private RequestBody? _body;
    private RpcStatus? _outcome;
    private bool _begun;

    /// <inheritdoc/>
    public System.IO.Pipelines.PipeReader Reader =>
        _body ??= new RequestBody(this, _plain?.Reader ?? throw new InvalidOperationException("There is no body."));

    /// <inheritdoc/>
    public override bool IsRequestCompressed => _body?.IsCompressed == true;

    /// <summary>Whether nobody reads the response any more, or waits for it.</summary>
    public bool IsGone => HasLeft || CancellationToken.IsCancellationRequested;

    /// <inheritdoc/>
    protected override string Protocol => GrpcWebCalls.IsOne(Http) ? "grpc-web" : "grpc";

    /// <inheritdoc/>
    protected override IHttpResetFeature? Stream => GrpcWebCalls.StreamOf(Http);

    /// <summary>The call that Grpc.AspNetCore has this context for.</summary>
    public static ServedCall Of(ServerCallContext context)
    {
        var call = context.GetHttpContext().Features.GetRequiredFeature<ServedCall>();
        call._context = context;
        return call;
    }

    /// <summary>Shows itself to Grpc.AspNetCore, and the request's body through it.</summary>
    public void Open()
    {
        Http.Features.Set(this);
        Http.Features.Set<IRequestBodyPipeFeature>(this);
    }

    /// <summary>Ends the call as its handler did, or as Grpc.AspNetCore did before there was one.</summary>
    public void Close()
    {
        Http.Features.Set<ServedCall>(null);
        Http.Features.Set(_plain);
        Close(_outcome ?? (RpcStatus?)StatusBefore() ?? RpcStatus.Cancelled);
    }

    /// <summary>Ends the call without Grpc.AspNetCore: nothing was read, and nothing is sent but this.</summary>
    public void Refuse(RpcError error)
    {
        Http.Response.ContentType = GrpcContent.Grpc;
        StatusHeaders.Write(Http.Response.Headers, error);
        Close(error.Status);
    }

    /// <summary>Sends the handler's headers, once; to be called before each message.</summary>
    /// <param name="bytes">The message's size, for whether it is worth compressing.</param>
    public Task BeginMessageAsync(int bytes)
    {
        var isCompressed = CompressResponses ?? bytes > Server.Options.CompressAboveBytes;
        _context!.WriteOptions = isCompressed ? null : new WriteOptions(WriteFlags.NoCompress);
        return SendHeadersAsync();
    }

    /// <summary>Notes that the handler has done all, and hands its headers and trailers on.</summary>
    public async Task SucceedAsync()
    {
        await SendHeadersAsync();
        SendTrailers();
        _outcome = RpcStatus.Ok;
    }

    /// <summary>Notes why the handler failed, in gRPC's form, with its details in grpc-status-details-bin.</summary>
    public RpcException Fail(RpcError error)
    {
        SendTrailers();
        _outcome = error.Status;
        return ToException(error);
    }

    /// <summary>A refusal as gRPC's exception.</summary>
    public static RpcException ToException(RpcError error)
    {
        var trailers = new Metadata();
        if (error.Details.Count > 0)
        {
            trailers.Add("grpc-status-details-bin", StatusLimits.Details(error));
        }

        return new RpcException(new Status((StatusCode)error.Status, StatusLimits.Cut(error.Message)), trailers);
    }

    private StatusCode? StatusBefore() =>
        Http.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Status.StatusCode;

    private Task SendHeadersAsync()
    {
        if (_begun || !HasResponseHeaders)
        {
            return Task.CompletedTask;
        }

        _begun = true;
        var headers = new Metadata();
        foreach (var (name, value) in ResponseHeaders)
        {
            Add(headers, name, value);
        }

        return _context!.WriteResponseHeadersAsync(headers);
    }

    private void SendTrailers()
    {
        if (HasResponseTrailers)
        {
            foreach (var (name, value) in ResponseTrailers)
            {
                Add(_context!.ResponseTrailers, name, value);
            }
        }
    }

    private static void Add(Metadata metadata, string name, string value)
    {
        if (name.EndsWith(BinarySuffix, StringComparison.Ordinal))
        {
            metadata.Add(name, Convert.FromBase64String(value));
        }
        else
        {
            metadata.Add(name, value);
        }
    }
}
