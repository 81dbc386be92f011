namespace Commission.Gateway.Grpc.Telemetry;

/// <summary>Statuses as gRPC writes them.</summary>
internal static class RpcStatusNames
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>The name, such as `NOT_FOUND`.</summary>
    public static string Of(RpcStatus status) =>
        (int)status < Names.Length ? Names[(int)status] : Names[(int)RpcStatus.Unknown];

    /// <summary>Whether a server is to blame, as the conventions for spans of gRPC servers have it.</summary>
    public static bool IsServersFault(RpcStatus status) => status is RpcStatus.Unknown or RpcStatus.DeadlineExceeded
        or RpcStatus.Unimplemented or RpcStatus.Internal or RpcStatus.Unavailable or RpcStatus.DataLoss;
}
