namespace Commission.Engine.Tests.Properties;

/// <summary>Every explanation explains the figure that it belongs to, to the last fraction of a cent.</summary>
internal static class TraceAudit
{
    /// <summary>The explanations of how every window stands, and of what every deal earned.</summary>
    public static void Check(RepBooks books)
    {
        var deals = books.Deals().Select(deal => books.EarnedBy(deal)!).ToList();
        foreach (var deal in deals)
        {
            CheckChanges($"deal {deal.Deal}", deal, books.ExplainDeal(deal.Deal));
        }

        foreach (var day in deals.Select(deal => deal.Credited).Distinct())
        {
            foreach (var part in books.Estimate(day)!.Components.Where(part => part.Window.Kind != WindowKind.Deal))
            {
                var trace = books.Explain(part.Component, day)!;
                var where = $"{part.Component} in {part.WindowName}";
                Assert.True(trace.Earned == part.Earned, $"{where}: explained {trace.Earned}, not {part.Earned}");
                CheckSum(where, trace);
            }
        }
    }

    /// <summary>The explanations of a deal's figures, before it and after it.</summary>
    public static void CheckChanges(string where, DealEarning deal, IReadOnlyList<TraceChange> traces)
    {
        Assert.Equal(deal.Components.Select(part => part.Component), traces.Select(trace => trace.Component));
        foreach (var (part, trace) in deal.Components.Zip(traces))
        {
            CheckSum($"{where}: {part.Component} before", trace.Before);
            CheckSum($"{where}: {part.Component} after", trace.After);
            var explained = trace.After.Earned - trace.Before.Earned;
            Assert.True(
                explained == part.Earned, $"{where}: {part.Component}: explained {explained}, not {part.Earned}");
        }
    }

    private static void CheckSum(string where, Trace trace)
    {
        var sum = trace.Lines.Aggregate(Exact.Zero, (sum, line) => sum + line.Effect);
        Assert.True(sum == trace.Earned, $"{where}: the lines add up to {sum}, not to {trace.Earned}");
    }
}
