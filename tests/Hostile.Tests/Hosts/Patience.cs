namespace Commission.Hostile.Tests.Hosts;

/// <summary>How long tests wait for what must come: far longer than it takes.</summary>
internal static class Patience
{
    /// <summary>Cancelled after a minute, or when the test is.</summary>
    public static CancellationTokenSource Minute()
    {
        var minute = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        minute.CancelAfter(TimeSpan.FromMinutes(1));
        return minute;
    }
}
