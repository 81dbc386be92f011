using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Client;

/// <summary>One call from its request headers to its trailers.</summary>
internal sealed class RpcCall<TReq, TRes> : IDisposable
    where TReq : class, IMessage<TReq>
    where TRes : class, IMessage<TRes>, new()
{
    private static readonly MessageParser<TRes> Parser = new(() => new TRes());

    private readonly RpcChannelOptions _channel;
    private readonly RpcCallOptions _options;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenSource _deadline;
    private RequestContent<TReq>? _content;
    private HttpRequestMessage? _request;
    private HttpResponseMessage? _response;
    private PipeReader? _input;

    public RpcCall(RpcChannelOptions channel, RpcCallOptions options, CancellationToken callerToken)
    {
        _channel = channel;
        _options = options;
        _callerToken = callerToken;
        _deadline = options.Timeout is { } timeout && timeout < TimeSpan.FromDays(24)
            ? new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero)
            : new CancellationTokenSource();
        _source = CancellationTokenSource.CreateLinkedTokenSource(callerToken, _deadline.Token);
    }

    /// <summary>Sends the headers, begins to send requests, and waits for the response's headers.</summary>
    public async Task StartAsync(HttpMessageInvoker http, Uri target, IAsyncEnumerable<TReq> requests)
    {
        _content = new RequestContent<TReq>(requests, _options.Gzip, _source.Token);
        _request = CreateRequest(target);
        try
        {
            _response = await http.SendAsync(_request, _source.Token);
            _options.Received?.Headers = Statuses.Entries(_response.Headers);
            if (Statuses.ReadHttp(_response) is { } failure)
            {
                throw failure;
            }

            _input = PipeReader.Create(await _response.Content.ReadAsStreamAsync(_source.Token));
        }
        catch (Exception e) when (e is not RpcFailure)
        {
            throw Translate(e);
        }
    }

    /// <summary>The next response, or null when the call has ended well.</summary>
    public async ValueTask<TRes?> NextAsync()
    {
        try
        {
            if (await Framing.ReadAsync(_input!, Parser, _channel.MaxMessageBytes, _source.Token) is { } message)
            {
                return message;
            }
        }
        catch (Exception e) when (e is not RpcFailure)
        {
            throw Translate(e);
        }

        End();
        return null;
    }

    public void Dispose()
    {
        _source.Cancel();
        _response?.Dispose();
        _request?.Dispose();
        _source.Dispose();
        _deadline.Dispose();
    }

    private HttpRequestMessage CreateRequest(Uri target)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in _channel.Metadata.Concat(_options.Metadata))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        AddWhen(_channel.AcceptGzip, "grpc-accept-encoding", "identity,gzip");
        AddWhen(_options.Gzip, "grpc-encoding", "gzip");
        AddWhen(_options.Timeout is not null, "grpc-timeout", TimeoutText(_options.Timeout ?? default));
        return request;

        void AddWhen(bool condition, string name, string value)
        {
            if (condition)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    private static string TimeoutText(TimeSpan timeout)
    {
        var ms = Math.Max(1, (long)timeout.TotalMilliseconds);
        return ms < 100_000_000
            ? ms.ToString(CultureInfo.InvariantCulture) + "m"
            : Math.Min(ms / 1000, 99_999_999).ToString(CultureInfo.InvariantCulture) + "S";
    }

    private void End()
    {
        var trailing = _response!.TrailingHeaders;
        _options.Received?.Trailers = Statuses.Entries(trailing);
        var trailersOnly = _response.Headers.NonValidated.Contains("grpc-status");
        if (Statuses.Read(trailersOnly ? _response.Headers : trailing) is { } failure)
        {
            throw failure;
        }
    }

    private Exception Translate(Exception exception)
    {
        if (_callerToken.IsCancellationRequested)
        {
            return new OperationCanceledException("The call was cancelled.", exception, _callerToken);
        }

        if (_deadline.IsCancellationRequested)
        {
            const string Message = "The deadline passed before the call ended.";
            return new RpcFailure(Code.DeadlineExceeded, Message, cause: exception);
        }

        if (_content?.SourceFault is { } fault)
        {
            return fault;
        }

        // What neither the caller nor the deadline has cancelled, the connection's end has.
        return exception is HttpRequestException or IOException or OperationCanceledException
            ? Statuses.FromTransport(exception)
            : exception;
    }
}
