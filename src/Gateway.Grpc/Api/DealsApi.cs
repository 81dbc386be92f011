using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Deals.</summary>
internal sealed class DealsApi(ApiCall api, GatewaySettings settings, Func<Exception, Refusal?>? expected)
{
    public async ValueTask<Recorded> Record(RecordRequest request, RpcContext context)
    {
        var answer = await api.ShardOf(context, request.Deal?.Deal_ ?? "").Record(api.TenantOf(context), request);
        return answer.ValueOrThrow();
    }

    // "Get" is the name of the call.
    public async ValueTask<DealView> Get(GetDealRequest request, RpcContext context) =>
        (await api.Deal(context, request.Deal).Get(request, context.CancellationToken)).ValueOrThrow();

    public async ValueTask<DealHistory> History(GetDealHistoryRequest request, RpcContext context) =>
        (await api.Deal(context, request.Deal).History(request, context.CancellationToken)).ValueOrThrow();

    /// <summary>
    /// Records as fast as the shards take it; acknowledgements go out as they come. At most a window of events is
    /// unacknowledged: then reading pauses, and so does the client.
    /// </summary>
    public async IAsyncEnumerable<RecordAck> RecordStream(
        IAsyncEnumerable<RecordRequest> requests,
        RpcContext context,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var acks = Channel.CreateBounded<(RecordAck Ack, int Bytes)>(settings.StreamWindow);
        var window = new EventWindow(settings.StreamWindow, settings.StreamBytes);
        var pumping = PumpAsync(requests, acks.Writer, window, context);
        await foreach (var (ack, bytes) in acks.Reader.ReadAllAsync(cancellation))
        {
            window.Leave(bytes);
            yield return ack;
        }

        await pumping;
    }

    private async Task PumpAsync(
        IAsyncEnumerable<RecordRequest> requests,
        ChannelWriter<(RecordAck Ack, int Bytes)> acks,
        EventWindow window,
        RpcContext context)
    {
        var open = 0L;
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? failure = null;
        try
        {
            open = 1;
            var index = 0L;
            await foreach (var request in requests.WithCancellation(context.CancellationToken))
            {
                var bytes = request.CalculateSize();
                await window.EnterAsync(bytes, context.CancellationToken);
                Interlocked.Increment(ref open);
                _ = AcknowledgeAsync(index++, request, bytes);
            }
        }
        catch (Exception broken)
        {
            // The reader of the acknowledgements learns of it, after those that were under way.
            failure = broken;
        }

        Close();
        await drained.Task;
        acks.Complete(failure);

        async Task AcknowledgeAsync(long index, RecordRequest request, int bytes)
        {
            try
            {
                acks.TryWrite((await RecordOneAsync(index, request, context), bytes));
            }
            catch (Exception broken)
            {
                Interlocked.CompareExchange(ref failure, broken, null);
            }

            Close();
        }

        void Close()
        {
            if (Interlocked.Decrement(ref open) == 0)
            {
                drained.SetResult();
            }
        }
    }

    private async Task<RecordAck> RecordOneAsync(long index, RecordRequest request, RpcContext context)
    {
        var answer = await TryRecordAsync(request, context);
        var ack = new RecordAck { Index = index, EventId = request.EventId };
        if (answer.Value is { } recorded)
        {
            ack.Recorded = recorded;
        }
        else
        {
            ack.Refused = Refusals.ToRefused(answer.Refusals);
        }

        return ack;
    }

    /// <summary>What is refused in passing, such as by a full mailbox, is this event's refusal, not the stream's end.
    /// </summary>
    private async Task<Answer<Recorded>> TryRecordAsync(RecordRequest request, RpcContext context)
    {
        try
        {
            return await api.ShardOf(context, request.Deal?.Deal_ ?? "").Record(api.TenantOf(context), request);
        }
        catch (Exception failure) when (expected?.Invoke(failure) is not null)
        {
            return expected(failure)!;
        }
    }
}
