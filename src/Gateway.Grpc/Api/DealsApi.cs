using System.Runtime.CompilerServices;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Deals.</summary>
internal sealed class DealsApi(ApiCall api, GatewaySettings settings, Func<Exception, Refusal?>? expected)
{
    public async ValueTask<Recorded> Record(RecordRequest request, RpcContext context)
    {
        var answer = await ShardOf(request, context).Record(api.TenantOf(context), request);
        return answer.ValueOrThrow();
    }

    // "Get" is the name of the call.
    public async ValueTask<DealView> Get(GetDealRequest request, RpcContext context) =>
        (await api.Deal(context, request.Deal).Get(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<DealHistory> History(GetDealHistoryRequest request, RpcContext context) =>
        (await api.Deal(context, request.Deal).History(request, context.CancellationToken)).ValueOrThrow();

    /// <summary>
    /// Records as fast as the shards take it; acknowledgements go out as they come. At most a window of events is
    /// unacknowledged: then reading pauses, and so does the client. A failure that nobody expects ends the stream at
    /// once, after the acknowledgements that there are: what is not acknowledged may be recorded or not.
    /// </summary>
    public async IAsyncEnumerable<RecordAck> RecordStream(
        IAsyncEnumerable<RecordRequest> requests,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var stream = new EventStream(settings, ending.Token);
        var pumping = PumpAsync(requests, stream, context);
        try
        {
            await foreach (var (ack, bytes) in stream.Acks.ReadAllAsync(cancellation))
            {
                stream.Window.Leave(bytes);
                yield return ack;
            }
        }
        finally
        {
            // Nothing reads the request once the call has ended.
            await ending.CancelAsync();
            await pumping;
        }
    }

    private async Task PumpAsync(IAsyncEnumerable<RecordRequest> requests, EventStream stream, RpcContext context)
    {
        try
        {
            var index = 0L;
            await foreach (var request in requests.WithCancellation(stream.Ending))
            {
                var bytes = request.CalculateSize();
                await stream.EnterAsync(bytes);
                _ = AcknowledgeAsync(stream, index++, request, bytes, context);
            }

            stream.Complete();
        }
        catch (Exception broken)
        {
            // The reader of the acknowledgements learns of it, after those that were under way.
            stream.Complete(broken);
        }
    }

    private async Task AcknowledgeAsync(
        EventStream stream, long index, RecordRequest request, int bytes, RpcContext context)
    {
        try
        {
            var ack = new RecordAck { Index = index, EventId = request.EventId };
            try
            {
                Answer(ack, await ShardOf(request, context).Record(api.TenantOf(context), request));
            }
            catch (Exception failure) when (expected?.Invoke(failure) is not null)
            {
                // What is refused in passing, such as by a full mailbox, is this event's refusal, not the stream's end.
                Answer(ack, expected(failure)!);
            }

            stream.Acknowledge(ack, bytes);
        }
        catch (Exception broken)
        {
            // Without the event's name the log would not say which one it was.
            stream.Fail(broken is OperationCanceledException ? broken : new InvalidOperationException(
                $"Event {index} of the stream, '{request.EventId}', was neither recorded nor refused.", broken));
        }
    }

    private IShardGrain ShardOf(RecordRequest request, RpcContext context) =>
        api.ShardOf(context, request.Deal?.Deal_ ?? "");

    private static void Answer(RecordAck ack, Answer<Recorded> answer)
    {
        if (answer.Value is { } recorded)
        {
            ack.Recorded = recorded;
        }
        else
        {
            ack.Refused = Refusals.ToRefused(answer.Refusals);
        }
    }
}
