namespace Commission.Engine.Tests.Tracing;

/// <summary>Checks explanations against the figures that they explain, down to the last detail.</summary>
internal static class ExplanationAudit
{
    /// <summary>Lines add up to the figure, and every detail to what its line says; exactly.</summary>
    public static void AddsUp(string where, Exact figure, Explanation? explanation)
    {
        Assert.True(explanation is not null, $"{where}: not explained");
        Assert.True(figure == explanation.Figure, $"{where}: {figure} but {explanation.Figure}");
        var sum = explanation.Lines.Aggregate(Exact.Zero, (total, line) => total + line.Effect);
        Assert.True(sum == figure, $"{where}: the lines add up to {sum}, not {figure}");
        foreach (var line in explanation.Lines)
        {
            Assert.False(string.IsNullOrWhiteSpace(line.Text), where);
            if (line.Detail is { } detail)
            {
                AddsUp($"{where}: {line.Text}", Told(line), detail);
            }
        }
    }

    /// <summary>Every figure of an evaluation, and every span.</summary>
    public static void EveryFigure(string where, RepBooks books, Evaluation evaluation, ExplainOptions options)
    {
        foreach (var deal in evaluation.Deals)
        {
            Deal(where, books, deal, options);
        }

        if (evaluation.Deals.IsEmpty)
        {
            return;
        }

        var (first, last) = (evaluation.Deals.Min(deal => deal.Credited), evaluation.Deals.Max(deal => deal.Credited));
        Span($"{where}: all", books, (first, last), options);
        Span($"{where}: middle", books, (first.AddDays(20), last.AddDays(-20)), options);
    }

    /// <summary>What a component's window earned and credited.</summary>
    public static void Window(
        string where, Explanation? explanation, decimal earned, decimal credited, ExplainOptions options)
    {
        AddsUp(where, earned, explanation);
        var line = Assert.Single(explanation!.Lines, line => line.Step == TraceStep.Credited);
        Assert.True(line.Quantity!.Value.ToDecimal() == credited, $"{where}: {line.Text}, not {credited}");
        Assert.True(options.Credits.Count == 0 == line.Detail is null, where);
        Assert.Equal(TraceStep.Earned, explanation.Lines[^1].Step);
        Assert.DoesNotContain("NaN", explanation.ToText(), StringComparison.Ordinal);
    }

    private static void Deal(string where, RepBooks books, DealEarning deal, ExplainOptions options)
    {
        var explanation = books.ExplainEarnedBy(deal.Deal, options);
        AddsUp($"{where}: deal {deal.Deal}", deal.Total, explanation);
        foreach (var part in deal.Components)
        {
            var line = Assert.Single(explanation!.Lines, line => line.Subject == part.Component);
            Assert.True(line.Effect == part.Earned, $"{where}: deal {deal.Deal}, {part.Component}: {line.Effect}");
            if (line.Detail is { } detail)
            {
                var counted = detail.Lines[0].Quantity!.Value.ToDecimal();
                Assert.True(counted == part.Credited, $"{where}: deal {deal.Deal}, {part.Component}: {counted}");
            }
        }
    }

    private static void Span(string where, RepBooks books, (DateOnly From, DateOnly To) span, ExplainOptions options)
    {
        var sums = books.EarnedBetween(span.From, span.To);
        var explanations = books.ExplainEarnedBetween(span.From, span.To, options);
        Assert.Equal(sums.Length, explanations.Length);
        for (var i = 0; i < sums.Length; i++)
        {
            AddsUp(where, sums[i].Amount, explanations[i]);
        }
    }

    // A detail explains what its line adds or takes away, or else what it only mentions.
    private static Exact Told(TraceLine line) => line.Effect.IsZero && line.Quantity is { } quantity ? quantity
        : line.Effect == line.Detail!.Figure ? line.Effect
        : -line.Effect;
}
