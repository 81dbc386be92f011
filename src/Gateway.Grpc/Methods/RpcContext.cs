using System.Security.Claims;

namespace Commission.Gateway.Grpc;

/// <summary>
/// One call, as its handler sees it, whatever protocol it came by. It lives as long as the call; reads are safe from
/// any thread, response metadata is for the handler alone.
/// </summary>
public abstract class RpcContext
{
    private Dictionary<Type, object>? _values;
    private RpcMetadata? _headers;
    private RpcMetadata? _trailers;

    /// <summary>Creates the context of a call.</summary>
    /// <param name="method">The method called.</param>
    /// <param name="deadline">When the caller stops waiting, or null if it set no deadline.</param>
    protected RpcContext(RpcMethod method, DateTimeOffset? deadline)
    {
        Method = method;
        Deadline = deadline;
    }

    /// <summary>The method called, with its names and its descriptor.</summary>
    public RpcMethod Method { get; }

    /// <summary>When the caller stops waiting (UTC), or null if it set no deadline.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>
    /// Cancelled when the caller gave up or disconnected, the deadline passed, or the server stops. An
    /// OperationCanceledException from it needs no handling: the protocol layer gives it the right status.
    /// </summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The caller's network address and port, such as `127.0.0.1:50432`; for logs only.</summary>
    public abstract string Peer { get; }

    /// <summary>Who the server's authentication takes the caller for; null where there is none.</summary>
    public virtual ClaimsPrincipal? User => null;

    /// <summary>All request metadata; a name may occur several times. Binary values are base64 text.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Metadata to send before the first response message; entries added later are lost.</summary>
    public RpcMetadata ResponseHeaders => _headers ??= [];

    /// <summary>Metadata to send after the last response message, also when the call fails.</summary>
    public RpcMetadata ResponseTrailers => _trailers ??= [];

    /// <summary>Whether any response header was set; asks without creating the collection.</summary>
    public bool HasResponseHeaders => _headers is { Count: > 0 };

    /// <summary>Whether any trailer was set; asks without creating the collection.</summary>
    public bool HasResponseTrailers => _trailers is { Count: > 0 };

    /// <summary>
    /// Whether response messages written from now on are compressed: true always, false never, null (the default) by
    /// size. Only what the caller accepts is ever used. A stream may change it before each message. Protocols that do
    /// not compress ignore it.
    /// </summary>
    public bool? CompressResponses { get; set; }

    /// <summary>Whether the last request message read came compressed; false where the protocol can't tell.</summary>
    public virtual bool IsRequestCompressed => false;

    /// <summary>Whether the call counts in <see cref="CallLimits"/> now.</summary>
    internal bool IsCounted { get; set; }

    /// <summary>The first value of a request header, or null. Names are compared without regard to case.</summary>
    public abstract string? Header(string name);

    /// <summary>The first value of a `-bin` request header as bytes, or null if there is none.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT if the value is not base64.</exception>
    public byte[]? BinaryHeader(string name)
    {
        var text = Header(name);
        return text is null ? null : Base64.Decode(text) ?? throw RpcError.Invalid($"The header {name} is not base64.");
    }

    /// <summary>Keeps a value for the rest of the call, one per type: how the gate tells handlers who calls.</summary>
    public void Set<T>(T value)
        where T : notnull => (_values ??= [])[typeof(T)] = value;

    /// <summary>The value kept by <see cref="Set{T}"/>, or the type's default when there is none.</summary>
    public T? Get<T>()
        where T : notnull => _values is not null && _values.TryGetValue(typeof(T), out var value) ? (T)value : default;
}
