using Google.Protobuf;

namespace Commission.Gateway.Grpc;

/// <summary>
/// Decides whether a call may go on. The table asks it around every handler, so that no protocol can leave it out.
/// </summary>
public interface ICallGuard
{
    /// <summary>Before the request is read: finds out who calls, and whether he may call the method at all.</summary>
    /// <exception cref="RpcError">UNAUTHENTICATED or PERMISSION_DENIED.</exception>
    ValueTask EnterAsync(RpcContext context);

    /// <summary>Before a handler sees a request, and before a stream of responses goes on.</summary>
    /// <param name="context">The call.</param>
    /// <param name="request">What is asked for; null where a stream of requests begins.</param>
    /// <param name="again">This request passed before; whether it still does is asked.</param>
    /// <exception cref="RpcError">UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND or INVALID_ARGUMENT.</exception>
    ValueTask CheckAsync(RpcContext context, IMessage? request, bool again);
}
