using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Embedded;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;

namespace Commission.Gateway.Tests;

/// <summary>Deals.RecordStream without a protocol: its bounds, and grains that fail.</summary>
public sealed class EventStreamTests
{
    private readonly HeldShard _shard = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RecordStream_LargeEvents_TakesNoMoreThanTheBytesThatMayBeUnderWay()
    {
        var events = Enumerable.Range(0, 50).Select(i => Event(i, note: 1000)).ToList();
        var bytes = events[0].CalculateSize();
        await using var acks = Open(new GatewaySettings { StreamBytes = 3 * bytes, Shards = 1 }, events);

        // The events are there already: when this call returns, all are taken that are taken before an acknowledgement.
        var next = acks.MoveNextAsync().AsTask();
        Assert.InRange(_shard.Taken, 1, 3);
        var taken = _shard.Taken;
        for (var i = 0; i < events.Count; i++)
        {
            _shard.AnswerNext();
            Assert.True(await next);
            Assert.Equal(i, acks.Current.Index);
            next = acks.MoveNextAsync().AsTask();
            Assert.InRange(_shard.Taken - (i + 1), 0, taken);
        }

        Assert.False(await next);
        Assert.Equal(events.Count, _shard.Taken);
    }

    [Fact]
    public async Task RecordStream_OneEventLargerThanTheBytes_IsLetInAlone()
    {
        await using var acks = Open(
            new GatewaySettings { StreamBytes = 10, Shards = 1 }, [Event(0, note: 1000), Event(1, note: 1000)]);

        var next = acks.MoveNextAsync().AsTask();

        Assert.Equal(1, _shard.Taken);
        _shard.AnswerNext();
        Assert.True(await next);
    }

    [Fact]
    public async Task RecordStream_ManyEvents_TakesNoMoreThanTheWindow()
    {
        var events = Enumerable.Range(0, 20).Select(i => Event(i)).ToList();
        await using var acks = Open(new GatewaySettings { StreamWindow = 4, Shards = 1 }, events);

        var next = acks.MoveNextAsync().AsTask();

        Assert.Equal(4, _shard.Taken);
        _shard.AnswerNext();
        Assert.True(await next);
    }

    [Fact]
    public async Task RecordStream_GrainThatFailsUnexpectedly_EndsAtOnceBehindWhatIsAcknowledged()
    {
        // More come than fit, and the client keeps the stream open: nothing but the failure can end it.
        await using var acks = Open(new GatewaySettings { StreamWindow = 3, Shards = 1 }, Endless());
        var next = acks.MoveNextAsync().AsTask();
        _shard.AnswerNext();
        _shard.Fail(new InvalidOperationException("a bug"));

        Assert.True(await next);
        Assert.Equal((0, "e0"), (acks.Current.Index, acks.Current.EventId));
        var broken = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            // What was taken since may still be acknowledged before.
            while (await acks.MoveNextAsync())
            {
                Assert.NotEqual("e1", acks.Current.EventId);
            }
        });

        Assert.Contains("Event 1 of the stream, 'e1'", broken.Message, StringComparison.Ordinal);
        Assert.Equal("a bug", broken.InnerException!.Message);
        Assert.True(_shard.Taken <= 4, $"{_shard.Taken} were taken");
    }

    [Fact]
    public async Task RecordStream_GrainThatFailsAsExpected_RefusesThatEventAndGoesOn()
    {
        await using var acks = Open(
            new GatewaySettings { StreamWindow = 1, Shards = 1 }, [Event(0), Event(1), Event(2)],
            failure => failure is TimeoutException
                ? new Refusal(RefusalReason.DamagedRecord, "", failure.Message, new RecordPlace("ledger", "a", 1))
                : null);
        var next = acks.MoveNextAsync().AsTask();
        _shard.Fail(new TimeoutException("record 1 of a"));
        Assert.True(await next);
        Assert.Equal("DAMAGED_RECORD", Assert.Single(acks.Current.Refused.Violations).Reason);

        for (var i = 1; i <= 2; i++)
        {
            next = acks.MoveNextAsync().AsTask();
            _shard.AnswerNext();
            Assert.True(await next);
            Assert.Equal((i, true), (acks.Current.Index, acks.Current.Recorded is not null));
        }

        Assert.False(await acks.MoveNextAsync());
    }

    private static RecordRequest Event(int i, int note = 0) => new()
    {
        EventId = $"e{i}", Deal = new Deal { Deal_ = $"d{i}", Fields = { ["note"] = new string('x', note) } },
    };

    private static async IAsyncEnumerable<RecordRequest> Endless(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var i = 0; i < 10; i++)
        {
            yield return Event(i);
        }

        var open = new TaskCompletionSource();
        await open.Task.WaitAsync(cancellation);
    }

    private IAsyncEnumerator<RecordAck> Open(
        GatewaySettings settings, IEnumerable<RecordRequest> events, Func<Exception, Refusal?>? expected = null) =>
        Open(settings, events.ToAsyncEnumerable(), expected);

    private IAsyncEnumerator<RecordAck> Open(
        GatewaySettings settings, IAsyncEnumerable<RecordRequest> events, Func<Exception, Refusal?>? expected = null)
    {
        var table = CommissionMethods.Create(_shard, settings, TimeProvider.System, expected);
        var method = table.Methods.OfType<DuplexMethod<RecordRequest, RecordAck>>().Single();
        return method.Handler(events, new LocalContext(method, cancellationToken: Ct)).GetAsyncEnumerator(Ct);
    }

    /// <summary>The only shard; it answers an event when it is told to.</summary>
    private sealed class HeldShard : IClusterClient, IShardGrain
    {
        private readonly Lock _lock = new();
        private readonly Queue<TaskCompletionSource<Answer<Recorded>>> _waiting = new();
        private int _taken;

        public int Taken
        {
            get
            {
                lock (_lock)
                {
                    return _taken;
                }
            }
        }

        public IServiceProvider ServiceProvider => throw new NotSupportedException();

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey => (TGrainInterface)(object)this;

        public Task<Answer<Recorded>> Record(string tenant, RecordRequest request)
        {
            lock (_lock)
            {
                // On the caller's thread: what an answer lets in has come when the answer was given.
                var answer = new TaskCompletionSource<Answer<Recorded>>();
                _waiting.Enqueue(answer);
                _taken++;
                return answer.Task;
            }
        }

        public void AnswerNext() => Next().SetResult(new Recorded { Position = new Position { Number = 1 } });

        public void Fail(Exception failure) => Next().SetException(failure);

        public Task<bool> WaitApplied(long number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task Recredit(string tenant, long rulesVersion) => throw new NotSupportedException();

        public Task<ShardRealignment> GetRealignment(string tenant) => throw new NotSupportedException();

        private TaskCompletionSource<Answer<Recorded>> Next()
        {
            // An event may be on its way, let in by the acknowledgement that was read last.
            TaskCompletionSource<Answer<Recorded>>? next = null;
            SpinWait.SpinUntil(() =>
            {
                lock (_lock)
                {
                    return _waiting.TryDequeue(out next);
                }
            });
            return next!;
        }
    }
}
