using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>The one table from RPC status to HTTP status.</summary>
internal static class HttpStatuses
{
    public static int Of(RpcStatus status) => status switch
    {
        RpcStatus.Ok => StatusCodes.Status200OK,
        RpcStatus.Cancelled => StatusCodes.Status499ClientClosedRequest,
        RpcStatus.InvalidArgument => StatusCodes.Status400BadRequest,
        RpcStatus.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        RpcStatus.NotFound => StatusCodes.Status404NotFound,
        RpcStatus.AlreadyExists => StatusCodes.Status409Conflict,
        RpcStatus.PermissionDenied => StatusCodes.Status403Forbidden,
        RpcStatus.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        RpcStatus.FailedPrecondition => StatusCodes.Status400BadRequest,
        RpcStatus.Aborted => StatusCodes.Status409Conflict,
        RpcStatus.OutOfRange => StatusCodes.Status400BadRequest,
        RpcStatus.Unimplemented => StatusCodes.Status501NotImplemented,
        RpcStatus.Unavailable => StatusCodes.Status503ServiceUnavailable,
        RpcStatus.Unauthenticated => StatusCodes.Status401Unauthorized,
        _ => StatusCodes.Status500InternalServerError,
    };
}
