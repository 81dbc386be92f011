using Commission.Embedded.Simulation;

namespace Commission.Grains.Tests;

/// <summary>How many payees are told at a time, and how long is rested after them.</summary>
public sealed class WavesTests
{
    private readonly VirtualTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly List<(int Payee, double Ms)> _told = [];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 30)]
    [InlineData(40, 120)]
    [InlineData(60, 160)]
    public async Task Tell_WaveThatTook_RestsTwiceAsLongButNotLongerThanItMay(int workMs, int nextWaveMs)
    {
        var telling = Waves.TellAsync(
            [1, 2, 3, 4], size: 2, payee => TellAsync(payee, payee % 2 == 0 ? workMs : 0), NobodyFails, () => true,
            _time, TestContext.Current.CancellationToken);
        MoveUntilDone(telling);
        await telling;

        Assert.Equal([1, 2, 3, 4], _told.Select(told => told.Payee));
        Assert.Equal([0, 0, nextWaveMs, nextWaveMs], _told.Select(told => told.Ms));
    }

    [Fact]
    public async Task Tell_NoLongerWanted_EndsAfterTheWave()
    {
        await Waves.TellAsync(
            [1, 2, 3, 4, 5], size: 2, payee => TellAsync(payee, 0), NobodyFails, () => _told.Count < 3, _time,
            TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 3, 4], _told.Select(told => told.Payee));
    }

    [Fact]
    public async Task Tell_StoppedWhileItRests_Ends()
    {
        using var stopping = new CancellationTokenSource();
        var telling = Waves.TellAsync(
            [1, 2], size: 1, payee => TellAsync(payee, 10), NobodyFails, () => true, _time, stopping.Token);
        _time.AdvanceToNextTimer();
        Assert.False(telling.IsCompleted);
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => telling);
        Assert.Equal([1], _told.Select(told => told.Payee));
    }

    [Fact]
    public async Task Tell_SomeInVain_TellsTheOthersAndSaysWhoAndWhy()
    {
        var reasons = new List<string>();
        var failed = await Waves.TellAsync(
            [1, 2, 3, 4],
            size: 2,
            payee => payee % 3 == 1 ? throw new InvalidOperationException($"no {payee}") : TellAsync(payee, 0),
            (payee, failure) => reasons.Add($"{payee}: {failure.Message}"),
            () => true,
            _time,
            TestContext.Current.CancellationToken);

        Assert.Equal([1, 4], failed);
        Assert.Equal(["1: no 1", "4: no 4"], reasons);
        Assert.Equal([2, 3], _told.Select(told => told.Payee));
    }

    private static void NobodyFails(int payee, Exception failure) =>
        Assert.Fail($"{payee} failed: {failure.Message}");

    private Task TellAsync(int payee, int workMs)
    {
        _told.Add((payee, _time.GetElapsedTime(0).TotalMilliseconds));
        return workMs > 0 ? Task.Delay(TimeSpan.FromMilliseconds(workMs), _time) : Task.CompletedTask;
    }

    private void MoveUntilDone(Task telling)
    {
        while (!telling.IsCompleted)
        {
            Assert.True(_time.AdvanceToNextTimer(), "Nothing moves on any more.");
        }
    }
}
