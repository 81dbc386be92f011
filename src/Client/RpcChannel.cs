using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Commission.Client;

/// <summary>
/// A connection to a gRPC server over HTTP/2, for any method that protobuf describes. It connects when first used,
/// again after a failure, and may be used by many threads. It retries nothing but unary calls that an overloaded server
/// refused, see <see cref="RpcCallOptions.OverloadRetries"/>.
/// </summary>
/// <remarks>
/// Every call throws <see cref="RpcFailure"/> for a status other than OK, and OperationCanceledException if the
/// caller's own token was cancelled.
/// </remarks>
public sealed class RpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly RpcChannelOptions _options;

    /// <summary>Creates a channel.</summary>
    /// <param name="address">`http://host:port` for clear text (HTTP/2 only), or `https://…`.</param>
    /// <param name="options">How to connect; the defaults if null.</param>
    public RpcChannel(Uri address, RpcChannelOptions? options = null)
    {
        _address = address;
        _options = options ?? new RpcChannelOptions();
        _http = new HttpMessageInvoker(_options.Handler ?? CreateHandler());
    }

    /// <summary>Sends one request and returns the one response.</summary>
    public async Task<TRes> UnaryAsync<TReq, TRes>(
        MethodDescriptor method,
        TReq request,
        RpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new()
    {
        var started = _options.Time.GetTimestamp();
        var asked = options ?? new RpcCallOptions();
        for (var left = asked.OverloadRetries; ; left--)
        {
            try
            {
                var elapsed = _options.Time.GetElapsedTime(started);
                return await SingleAsync<TReq, TRes>(
                    method, Once(request), asked with { Timeout = asked.Timeout - elapsed }, cancellationToken);
            }
            catch (RpcFailure failure) when (MayRepeat(failure, left, asked.Timeout, started))
            {
                await Task.Delay(failure.RetryAfter!.Value, _options.Time, cancellationToken);
            }
        }
    }

    /// <summary>Sends requests as they come and returns the one response.</summary>
    public Task<TRes> ClientStreamAsync<TReq, TRes>(
        MethodDescriptor method,
        IAsyncEnumerable<TReq> requests,
        RpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new() =>
        SingleAsync<TReq, TRes>(method, requests, options, cancellationToken);

    /// <summary>Sends one request and returns responses as they come. To stop early, stop enumerating.</summary>
    public IAsyncEnumerable<TRes> ServerStreamAsync<TReq, TRes>(
        MethodDescriptor method,
        TReq request,
        RpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new() =>
        DuplexAsync<TReq, TRes>(method, Once(request), options, cancellationToken);

    /// <summary>
    /// Sends requests as they come and, at the same time, returns responses as they come. The requests' enumerator is
    /// cancelled when the call ends before they do.
    /// </summary>
    public async IAsyncEnumerable<TRes> DuplexAsync<TReq, TRes>(
        MethodDescriptor method,
        IAsyncEnumerable<TReq> requests,
        RpcCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new()
    {
        using var call = new RpcCall<TReq, TRes>(_options, options ?? new RpcCallOptions(), cancellationToken);
        await call.StartAsync(_http, new Uri(_address, $"/{method.Service.FullName}/{method.Name}"), requests);
        while (await call.NextAsync() is { } response)
        {
            yield return response;
        }
    }

    /// <summary>Closes the connection; calls that are under way fail.</summary>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };

    private static async IAsyncEnumerable<T> Once<T>(T request)
    {
        await Task.CompletedTask;
        yield return request;
    }

    private bool MayRepeat(RpcFailure failure, int left, TimeSpan? timeout, long started) =>
        left > 0
        && failure is { Status: Code.ResourceExhausted, RetryAfter: { } pause }
        && (timeout is null || _options.Time.GetElapsedTime(started) + pause < timeout);

    private async Task<TRes> SingleAsync<TReq, TRes>(
        MethodDescriptor method,
        IAsyncEnumerable<TReq> requests,
        RpcCallOptions? options,
        CancellationToken cancellationToken)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new()
    {
        TRes? single = null;
        await foreach (var response in DuplexAsync<TReq, TRes>(method, requests, options, cancellationToken))
        {
            single = single is null
                ? response
                : throw new RpcFailure(Code.Internal, "The server sent more than the one response of this method.");
        }

        return single ?? throw new RpcFailure(Code.Internal, "The server sent OK without a response.");
    }
}
