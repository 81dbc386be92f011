using System.Runtime.CompilerServices;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Api;

/// <summary>
/// The one place where queries wait: for the event that they are to come after, and for one that they are to be as of.
/// </summary>
/// <param name="table">Takes the methods.</param>
/// <param name="api">Reaches the shards.</param>
internal sealed class Queries(MethodTable table, ApiCall api)
{
    /// <summary>Adds the handler of a query; it is called once what the query waits for is credited.</summary>
    public Queries Unary<TReq, TRes>(
        ServiceDescriptor service, string method, Func<TReq, RpcContext, ValueTask<TRes>> handler)
        where TReq : class, IMessage<TReq>, IQuery, new()
        where TRes : class, IMessage<TRes>, new()
    {
        table.Unary<TReq, TRes>(service, method, (request, context) =>
            Waits(request) ? WaitAsync(request, context, handler) : handler(request, context));
        return this;
    }

    /// <summary>The same for a query with a stream of answers.</summary>
    public Queries ServerStream<TReq, TRes>(
        ServiceDescriptor service, string method, Func<TReq, RpcContext, IAsyncEnumerable<TRes>> handler)
        where TReq : class, IMessage<TReq>, IQuery, new()
        where TRes : class, IMessage<TRes>, new()
    {
        table.ServerStream<TReq, TRes>(service, method, (request, context) =>
            Waits(request) ? WaitStream(request, context, handler) : handler(request, context));
        return this;
    }

    private static bool Waits(IQuery request) =>
        request.After is not null || request is IHistoricalQuery { AsOf.Position: not null };

    private async ValueTask<TRes> WaitAsync<TReq, TRes>(
        TReq request, RpcContext context, Func<TReq, RpcContext, ValueTask<TRes>> handler)
        where TReq : IQuery
    {
        await ReachAsync(request, context);
        return await handler(request, context);
    }

    private async IAsyncEnumerable<TRes> WaitStream<TReq, TRes>(
        TReq request,
        RpcContext context,
        Func<TReq, RpcContext, IAsyncEnumerable<TRes>> handler,
        [EnumeratorCancellation] CancellationToken cancellation = default)
        where TReq : IQuery
    {
        await ReachAsync(request, context);
        await foreach (var answer in handler(request, context).WithCancellation(cancellation))
        {
            yield return answer;
        }
    }

    private async Task ReachAsync(IQuery request, RpcContext context)
    {
        if (request.After is { } after)
        {
            await api.ReachAsync(after, context);
        }

        if (request is IHistoricalQuery { AsOf.Position: { } position })
        {
            await api.SettleAsync(position, context);
        }
    }
}
