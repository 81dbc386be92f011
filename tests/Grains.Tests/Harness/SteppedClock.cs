namespace Commission.Grains.Tests.Harness;

/// <summary>A clock that stands still between steps; timers run by the real one.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => _now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Step() => _now += TimeSpan.FromSeconds(1);
}
