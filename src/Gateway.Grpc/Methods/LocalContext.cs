namespace Commission.Gateway.Grpc;

/// <summary>The context of a call that came by no protocol: from inside the process, or from a test.</summary>
public sealed class LocalContext : RpcContext
{
    private readonly IReadOnlyDictionary<string, string> _headers;

    /// <summary>Creates a context with the given request headers (names in lower case).</summary>
    public LocalContext(
        RpcMethod method,
        IReadOnlyDictionary<string, string>? headers = null,
        DateTimeOffset? deadline = null,
        CancellationToken cancellationToken = default)
        : base(method, deadline)
    {
        _headers = headers ?? new Dictionary<string, string>(StringComparer.Ordinal);
        CancellationToken = cancellationToken;
    }

    /// <inheritdoc/>
    public override CancellationToken CancellationToken { get; }

    /// <inheritdoc/>
    public override string Peer => "local";

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, string>> Headers => _headers;

    /// <inheritdoc/>
    public override string? Header(string name) => _headers.GetValueOrDefault(name.ToLowerInvariant());
}
