using System.Threading.Channels;
using Commission.Embedded.Simulation;

namespace Commission.Embedded.Tests;

public sealed class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Timer_WithPeriod_TicksWhenDueAndThenEachPeriod()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        await grain.Start(new GrainTimerCreationOptions(2 * Second, Second), ticks.Writer, failing: false);

        host.Clock.Advance(1.9 * Second);
        Assert.Equal(0, await grain.Ticks());
        host.Clock.Advance(0.2 * Second);
        Assert.Equal("tick 1 on its context", await ticks.Reader.ReadAsync());
        await grain.Ticks();
        host.Clock.Advance(Second);
        Assert.Equal("tick 2 on its context", await ticks.Reader.ReadAsync());
    }

    [Fact]
    public async Task Timer_WithoutPeriod_TicksOnce()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        var options = new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await grain.Start(options, ticks.Writer, failing: false);

        host.Clock.Advance(Second);
        await ticks.Reader.ReadAsync();
        host.Clock.Advance(100 * Second);

        Assert.Equal(1, await grain.Ticks());
    }

    [Fact]
    public async Task Timer_ThatFails_IsLoggedAndGoesOn()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        await grain.Start(new GrainTimerCreationOptions(Second, Second), ticks.Writer, failing: true);

        host.Clock.Advance(Second);
        await ticks.Reader.ReadAsync();
        await grain.Ticks();
        host.Clock.Advance(Second);

        await ticks.Reader.ReadAsync();
        await grain.Ticks();
        Assert.Equal(2, host.Errors.Count);
        host.Errors.Clear();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tick_DuringARequest_StartsOnlyIfItInterleaves(bool interleave)
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        var options = new GrainTimerCreationOptions { DueTime = Second, Period = Second, Interleave = interleave };
        await grain.Start(options, ticks.Writer, failing: false);
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hold = grain.Hold(started, release.Task);
        await started.Task;

        host.Clock.Advance(Second);
        if (interleave)
        {
            await ticks.Reader.ReadAsync();
        }

        Assert.Equal(interleave ? 1 : 0, await grain.TicksNow());
        release.SetResult();
        await hold;
        Assert.Equal(1, await grain.Ticks());
    }

    [Fact]
    public async Task Timer_DisposedOrChanged_ObeysAtOnce()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        await grain.Start(new GrainTimerCreationOptions(Second, Second), ticks.Writer, failing: false);

        await grain.Change(10 * Second);
        host.Clock.Advance(9 * Second);
        Assert.Equal(0, await grain.Ticks());
        host.Clock.Advance(Second);
        await ticks.Reader.ReadAsync();
        await grain.Stop();
        host.Clock.Advance(100 * Second);

        Assert.Equal(1, await grain.Ticks());
    }

    [Fact]
    public async Task Timer_ChangedDuringATickThatLasts_GoesOnAfterIt()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateBounded<string>(1);
        var options = new GrainTimerCreationOptions { DueTime = Second, Period = Second, Interleave = true };
        ticks.Writer.TryWrite("full");
        await grain.Start(options, ticks.Writer, failing: false);
        host.Clock.Advance(Second);
        while (await grain.TicksNow() == 0)
        {
            await Task.Yield();
        }

        await grain.Change(Second);
        host.Clock.Advance(Second);
        Assert.Equal(1, await grain.TicksNow());
        Assert.Equal("full", await ticks.Reader.ReadAsync());
        Assert.Equal("tick 1 on its context", await ticks.Reader.ReadAsync());
        var second = ticks.Reader.ReadAsync().AsTask();
        while (!second.IsCompleted)
        {
            host.Clock.Advance(TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.Equal("tick 2 on its context", await second);
    }

    [Fact]
    public async Task Timer_ActivationGone_Ends()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        await grain.Start(new GrainTimerCreationOptions(Second, Second), ticks.Writer, failing: false);

        await host.Runtime.DeactivateAsync(grain);
        host.Clock.Advance(10 * Second);

        Assert.Equal(0, host.Runtime.ActivationCount);
        Assert.False(ticks.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Timer_Ticking_KeepsTheActivationOnlyIfToldTo(bool keepAlive, int expected)
    {
        var scheduler = new SeededTurnScheduler(1);
        await using var host = new TestHost(scheduler: scheduler);
        var grain = host.Client.GetGrain<ITicking>("a");
        var ticks = Channel.CreateUnbounded<string>();
        var minute = TimeSpan.FromMinutes(1);
        var options = new GrainTimerCreationOptions { DueTime = minute / 2, Period = minute, KeepAlive = keepAlive };
        scheduler.Run(() => grain.Start(options, ticks.Writer, failing: false));

        for (var i = 0; i < 30; i++)
        {
            host.Clock.Advance(minute);
            while (scheduler.RunOne())
            {
                // The tick, and the end of an idle grain.
            }
        }

        Assert.Equal(expected, host.Runtime.ActivationCount);
    }

    internal interface ITicking : IGrainWithStringKey
    {
        Task Start(GrainTimerCreationOptions options, ChannelWriter<string> ticks, bool failing);

        Task Change(TimeSpan dueTime);

        Task Stop();

        Task Hold(TaskCompletionSource started, Task release);

        Task<int> Ticks();

        [AlwaysInterleave]
        Task<int> TicksNow();
    }

    internal sealed class TickingGrain : Grain, ITicking
    {
        private IGrainTimer? _timer;
        private int _ticks;

        public Task Start(GrainTimerCreationOptions options, ChannelWriter<string> ticks, bool failing)
        {
            _timer = this.RegisterGrainTimer(
                async (state, token) =>
                {
                    var before = SynchronizationContext.Current;
                    await Task.Yield();
                    var place = ReferenceEquals(before, SynchronizationContext.Current) ? "on" : "off";
                    _ticks++;
                    await state.WriteAsync($"tick {_ticks} {place} its context", token);
                    if (failing)
                    {
                        throw new InvalidOperationException("tick");
                    }
                },
                ticks,
                options);
            return Task.CompletedTask;
        }

        public Task Change(TimeSpan dueTime)
        {
            _timer!.Change(dueTime, dueTime);
            return Task.CompletedTask;
        }

        public Task Stop()
        {
            _timer!.Dispose();
            return Task.CompletedTask;
        }

        public async Task Hold(TaskCompletionSource started, Task release)
        {
            started.SetResult();
            await release;
        }

        public Task<int> Ticks() => Task.FromResult(_ticks);

        public Task<int> TicksNow() => Ticks();
    }
}
