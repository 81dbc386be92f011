using System.Security.Claims;
using Grpc.Core;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>The context of a call that came by Grpc.AspNetCore.</summary>
/// <param name="method">The method called.</param>
/// <param name="call">Grpc.AspNetCore's own context.</param>
/// <param name="stopping">Cancelled when the server begins to stop.</param>
internal sealed class ServerContext(RpcMethod method, ServerCallContext call, CancellationToken stopping)
    : RpcContext(method, call.Deadline == DateTime.MaxValue ? null : new DateTimeOffset(call.Deadline)), IDisposable
{
    private const string BinarySuffix = "-bin";
    private readonly CancellationTokenSource _ending =
        CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, stopping);
    private bool _begun;

    /// <inheritdoc/>
    public override CancellationToken CancellationToken => _ending.Token;

    /// <inheritdoc/>
    public override ClaimsPrincipal? User => call.GetHttpContext().User;

    /// <inheritdoc/>
    public override string Peer => call.Peer;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, string>> Headers =>
        call.RequestHeaders.Select(entry => KeyValuePair.Create(entry.Key, TextOf(entry)));

    /// <inheritdoc/>
    public override string? Header(string name)
    {
        var entry = call.RequestHeaders.FirstOrDefault(entry =>
            string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase));
        return entry is null ? null : TextOf(entry);
    }

    /// <summary>Sends the handler's headers, once; to be called before each message.</summary>
    public Task SendHeadersAsync()
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

        return call.WriteResponseHeadersAsync(headers);
    }

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();

    /// <summary>Hands the handler's trailers on.</summary>
    public void SendTrailers()
    {
        if (HasResponseTrailers)
        {
            foreach (var (name, value) in ResponseTrailers)
            {
                Add(call.ResponseTrailers, name, value);
            }
        }
    }

    /// <summary>A refusal as gRPC's exception, with its details in grpc-status-details-bin.</summary>
    public static RpcException ToException(RpcError error)
    {
        var trailers = new Metadata();
        if (error.Details.Count > 0)
        {
            trailers.Add("grpc-status-details-bin", StatusLimits.Details(error));
        }

        return new RpcException(new Status((StatusCode)error.Status, StatusLimits.Cut(error.Message)), trailers);
    }

    private static string TextOf(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value;

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
