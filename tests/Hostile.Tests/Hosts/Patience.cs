namespace Commission.Hostile.Tests.Hosts;

/// <summary>How long tests wait for what must come: far longer than it takes.</summary>
internal static class Patience
{
    /// <summary>Cancelled after three minutes, or when the test is.</summary>
    public static CancellationTokenSource Long()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        return patience;
    }
}
