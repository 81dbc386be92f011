using Google.Protobuf;
using Grpc.Core;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>The context of a call that came by Grpc.AspNetCore.</summary>
internal sealed class ServerContext(RpcMethod method, ServerCallContext call)
    : RpcContext(method, call.Deadline == DateTime.MaxValue ? null : new DateTimeOffset(call.Deadline))
{
    private const string BinarySuffix = "-bin";

    /// <inheritdoc/>
    public override CancellationToken CancellationToken => call.CancellationToken;

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
            trailers.Add("grpc-status-details-bin", error.ToStatus().ToByteArray());
        }

        return new RpcException(new Status((StatusCode)error.Status, error.Message), trailers);
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
