using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Rates.</summary>
internal sealed class RatesApi(ApiCall api)
{
    public async ValueTask<PutRatesReply> Put(PutRatesRequest request, RpcContext context)
    {
        var rates = api.Rates(context);
        var reply = (await rates.Put(request)).ValueOrThrow();
        for (var told = 0L; request.Wait && told < reply.Sequence;)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var spread = await rates.WaitSpread(reply.Sequence, context.CancellationToken);
            (told, reply.Recomputing) = (spread.Told, spread.Recomputing);
        }

        return reply;
    }

    // "Get" is the name of the call.
    public async ValueTask<RecordedRate> Get(GetRateRequest request, RpcContext context) =>
        (await api.Rates(context).Get(request)).ValueOrThrow();

    public async ValueTask<ListRatesReply> List(ListRatesRequest request, RpcContext context) =>
        (await api.Rates(context).List(request)).ValueOrThrow();
}
