using System.Threading.Channels;

namespace Commission.Embedded.Tests;

public sealed class StreamTests
{
    private static readonly StreamId Rep = StreamId.Create("rep", "7");

    [Fact]
    public async Task Items_SeveralSubscribers_ReachEachInOrderWithRisingNumbers()
    {
        await using var host = new TestHost();
        var stream = Stream(host);
        var (one, other) = (Channel.CreateUnbounded<(int, long)>(), Channel.CreateUnbounded<(int, long)>());
        await stream.SubscribeAsync((item, token) => Write(one, item, token));
        await stream.SubscribeAsync((item, token) => Write(other, item, token));

        for (var i = 1; i <= 3; i++)
        {
            await Stream(host).OnNextAsync(i);
        }

        Assert.Equal([(1, 1), (2, 2), (3, 3)], await Read(one, 3));
        Assert.Equal([(1, 1), (2, 2), (3, 3)], await Read(other, 3));
    }

    [Fact]
    public async Task Streams_WithOtherIds_AreApart()
    {
        await using var host = new TestHost();
        var provider = host.Client.GetStreamProvider("streams");
        var seen = Channel.CreateUnbounded<(int, long)>();
        await Stream(host).SubscribeAsync((item, token) => Write(seen, item, token));

        await provider.GetStream<int>(StreamId.Create("rep", "8")).OnNextAsync(8);
        await provider.GetStream<int>(StreamId.Create("other", "7")).OnNextAsync(9);
        await provider.GetStream<int>(StreamId.Create("rep", "7")).OnNextAsync(7);

        Assert.Equal([(7, 1)], await Read(seen, 1));
        Assert.False(seen.Reader.TryRead(out _));
    }

    [Fact]
    public async Task SlowSubscriber_LosesTheOldestAndSeesTheGap_WhileOthersGoOn()
    {
        await using var host = new TestHost();
        var (slow, fast) = (Channel.CreateUnbounded<(int, long)>(), Channel.CreateUnbounded<(int, long)>());
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await Stream(host).SubscribeAsync(async (item, token) =>
        {
            started.TrySetResult();
            await release.Task;
            await Write(slow, item, token);
        });
        await Stream(host).OnNextAsync(1);
        await started.Task;
        await Stream(host).SubscribeAsync((item, token) => Write(fast, item, token));

        for (var i = 2; i <= 8; i++)
        {
            await Stream(host).OnNextAsync(i);
            Assert.Equal([(i, i)], await Read(fast, 1));
        }

        release.SetResult();
        Assert.Equal([(1, 1), (5, 5), (6, 6), (7, 7), (8, 8)], await Read(slow, 5));
        Assert.Equal(3, host.Runtime.DroppedStreamItems);
    }

    [Fact]
    public async Task Subscriber_ThatThrows_IsLoggedAndGetsTheNext()
    {
        await using var host = new TestHost();
        var seen = Channel.CreateUnbounded<(int, long)>();
        await Stream(host).SubscribeAsync(async (item, token) =>
        {
            await Write(seen, item, token);
            throw new InvalidOperationException("subscriber");
        });

        await Stream(host).OnNextAsync(1);
        await Stream(host).OnNextAsync(2);
        await Read(seen, 2);

        // The third is delivered after the second has failed.
        await Stream(host).OnNextAsync(3);
        await Read(seen, 1);
        Assert.True(host.Errors.Count >= 2);
        await host.Runtime.StopAsync(CancellationToken.None);
        host.Errors.Clear();
    }

    [Fact]
    public async Task Unsubscribed_GetsNoMore_AndNumbersGoOnForTheNext()
    {
        await using var host = new TestHost();
        var (before, after) = (Channel.CreateUnbounded<(int, long)>(), Channel.CreateUnbounded<(int, long)>());
        var handle = await Stream(host).SubscribeAsync((item, token) => Write(before, item, token));
        await Stream(host).OnNextAsync(1);
        await Read(before, 1);

        await handle.UnsubscribeAsync();
        await handle.UnsubscribeAsync();
        await Stream(host).OnNextAsync(2);
        await Stream(host).SubscribeAsync((item, token) => Write(after, item, token));
        await Stream(host).OnNextAsync(3);

        var (item, number) = Assert.Single(await Read(after, 1));
        Assert.Equal(3, item);
        Assert.True(number > 1);
        Assert.False(before.Reader.TryRead(out _));
        Assert.Equal(Rep, handle.StreamId);
    }

    [Fact]
    public async Task Publish_WithoutSubscriber_DoesNothing()
    {
        await using var host = new TestHost();

        Assert.True(Stream(host).OnNextAsync(1).IsCompletedSuccessfully);
        Assert.Throws<KeyNotFoundException>(() => host.Client.GetStreamProvider("unknown"));
    }

    [Fact]
    public async Task Publish_OfAnotherType_IsRefused()
    {
        await using var host = new TestHost();
        await Stream(host).SubscribeAsync((_, _) => Task.CompletedTask);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => host.Client.GetStreamProvider("streams").GetStream<string>(Rep).OnNextAsync("x"));
    }

    [Fact]
    public async Task GrainSubscriber_HandlesItemsAsItsRequests_UntilItGoes()
    {
        await using var host = new TestHost();
        var listener = host.Client.GetGrain<IListener>("a");
        var seen = Channel.CreateUnbounded<(int, long)>();
        await listener.Listen(Rep, seen.Writer);
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hold = listener.Hold(started, release.Task);
        await started.Task;

        await host.Client.GetGrain<IListener>("b").Say(Rep, 1);
        Assert.Equal(0, await listener.Heard());
        Assert.False(seen.Reader.TryRead(out _));
        release.SetResult();
        await hold;
        Assert.Equal([(1, 1)], await Read(seen, 1));

        await host.Runtime.DeactivateAsync(listener);
        await host.Client.GetGrain<IListener>("b").Say(Rep, 2);
        Assert.Equal(0, await listener.Heard());
        Assert.False(seen.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Publishers_Many_GiveEverySubscriberTheSameOrder()
    {
        await using var host = new TestHost(options => options.AddMemoryStreams("large", 100_000));
        var stream = host.Client.GetStreamProvider("large").GetStream<int>(Rep);
        var channels = new[] { Channel.CreateUnbounded<(int, long)>(), Channel.CreateUnbounded<(int, long)>() };
        foreach (var channel in channels)
        {
            await stream.SubscribeAsync((item, token) => Write(channel, item, token));
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                await stream.OnNextAsync((publisher * 500) + i);
            }
        })));

        var first = await Read(channels[0], 4_000);
        Assert.Equal(first, await Read(channels[1], 4_000));
        Assert.Equal(Enumerable.Range(1, 4_000).Select(i => (long)i), first.Select(seen => seen.Number));
        Assert.Equal(Enumerable.Range(0, 4_000), first.Select(seen => seen.Item).Order());
    }

    private static IAsyncStream<int> Stream(TestHost host) =>
        host.Client.GetStreamProvider("streams").GetStream<int>(Rep);

    private static Task Write(Channel<(int, long)> channel, int item, StreamSequenceToken? token) =>
        channel.Writer.WriteAsync((item, token!.SequenceNumber)).AsTask();

    private static async Task<(int Item, long Number)[]> Read(Channel<(int, long)> channel, int count)
    {
        var items = new (int, long)[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = await channel.Reader.ReadAsync();
        }

        return items;
    }

    internal interface IListener : IGrainWithStringKey
    {
        Task Listen(StreamId stream, ChannelWriter<(int, long)> seen);

        Task Say(StreamId stream, int item);

        Task Hold(TaskCompletionSource started, Task release);

        [AlwaysInterleave]
        Task<int> Heard();
    }

    internal sealed class ListenerGrain : Grain, IListener
    {
        private int _heard;

        public Task Listen(StreamId stream, ChannelWriter<(int, long)> seen) =>
            this.GetStreamProvider("streams").GetStream<int>(stream).SubscribeAsync(async (item, token) =>
            {
                _heard++;
                await seen.WriteAsync((item, token!.SequenceNumber));
            });

        public Task Say(StreamId stream, int item) =>
            this.GetStreamProvider("streams").GetStream<int>(stream).OnNextAsync(item);

        public async Task Hold(TaskCompletionSource started, Task release)
        {
            started.SetResult();
            await release;
        }

        public Task<int> Heard() => Task.FromResult(_heard);
    }
}
