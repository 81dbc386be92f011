using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Commission.Gateway.Grpc;

/// <summary>Handlers that are called only with requests that the table's guard has let pass.</summary>
/// <param name="table">Has the guard, which may be set after its methods.</param>
internal sealed class GuardedHandlers(MethodTable table)
{
    public Func<TReq, RpcContext, ValueTask<TRes>> Unary<TReq, TRes>(Func<TReq, RpcContext, ValueTask<TRes>> handler)
        where TReq : IMessage => (request, context) =>
    {
        if (table.Guard is not { } guard)
        {
            return handler(request, context);
        }

        var check = guard.CheckAsync(context, request, again: false);
        if (!check.IsCompletedSuccessfully)
        {
            return AfterAsync(check, request, context, handler);
        }

        check.GetAwaiter().GetResult();
        return handler(request, context);
    };

    public Func<TReq, RpcContext, IAsyncEnumerable<TRes>> ServerStream<TReq, TRes>(
        Func<TReq, RpcContext, IAsyncEnumerable<TRes>> handler)
        where TReq : IMessage => (request, context) => table.Guard is { } guard
            ? Responses(guard, context, request, () => handler(request, context))
            : handler(request, context);

    public Func<IAsyncEnumerable<TReq>, RpcContext, ValueTask<TRes>> ClientStream<TReq, TRes>(
        Func<IAsyncEnumerable<TReq>, RpcContext, ValueTask<TRes>> handler)
        where TReq : IMessage => (requests, context) => table.Guard is { } guard
            ? AfterAsync(
                guard.CheckAsync(context, null, again: false), Requests(guard, context, requests), context, handler)
            : handler(requests, context);

    public Func<IAsyncEnumerable<TReq>, RpcContext, IAsyncEnumerable<TRes>> Duplex<TReq, TRes>(
        Func<IAsyncEnumerable<TReq>, RpcContext, IAsyncEnumerable<TRes>> handler)
        where TReq : IMessage => (requests, context) => table.Guard is { } guard
            ? Responses(guard, context, null, () => handler(Requests(guard, context, requests), context))
            : handler(requests, context);

    private static async ValueTask<TRes> AfterAsync<TIn, TRes>(
        ValueTask check, TIn input, RpcContext context, Func<TIn, RpcContext, ValueTask<TRes>> handler)
    {
        await check;
        return await handler(input, context);
    }

    private static async IAsyncEnumerable<TReq> Requests<TReq>(
        ICallGuard guard,
        RpcContext context,
        IAsyncEnumerable<TReq> requests,
        [EnumeratorCancellation] CancellationToken cancellation = default)
        where TReq : IMessage
    {
        await foreach (var request in requests.WithCancellation(cancellation))
        {
            await guard.CheckAsync(context, request, again: false);
            yield return request;
        }
    }

    /// <summary>A stream may outlive the caller's token, or his being anyone's manager.</summary>
    private static async IAsyncEnumerable<TRes> Responses<TRes>(
        ICallGuard guard,
        RpcContext context,
        IMessage? request,
        Func<IAsyncEnumerable<TRes>> open,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await guard.CheckAsync(context, request, again: false);
        await foreach (var response in open().WithCancellation(cancellation))
        {
            await guard.CheckAsync(context, request, again: true);
            yield return response;
        }
    }
}
