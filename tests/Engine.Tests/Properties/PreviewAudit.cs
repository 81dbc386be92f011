namespace Commission.Engine.Tests.Properties;

/// <summary>Compares what a preview says with what applying the deal then does.</summary>
internal static class PreviewAudit
{
    public static void CheckThenApply(string where, RepBooks books, DealCredit credit)
    {
        var day = credit.Deal.Credited;
        var before = Lifetime(books);
        var standing = Standing(books, day);
        var preview = books.Preview(credit);
        Assert.Equal(standing, Standing(books, day));
        books.Apply(credit);

        var found = books.EarnedBy(credit.Deal.Id);
        Assert.True(
            found is null ? preview.Deal.Total == 0m : preview.Deal.Components.SequenceEqual(found.Components),
            $"{where}: {preview.Deal.Total} but {found?.Total}");
        if (SpansOneCurrency(books))
        {
            Assert.True(preview.Change == Lifetime(books) - before, $"{where}: change {preview.Change}");
        }

        TraceAudit.CheckChanges(where, preview.Deal, preview.Traces);
    }

    // What a preview must leave alone, in one text.
    private static string Standing(RepBooks books, DateOnly day)
    {
        var estimate = books.Estimate(day);
        return string.Join('\n', [
            $"{books.DealCount} {books.Pipeline.Count} {Lifetime(books)} {estimate?.Statement}",
            .. estimate?.Components.Select(part => part.ToString()) ?? [],
        ]);
    }

    private static decimal Lifetime(RepBooks books) =>
        books.EarnedBetween(DateOnly.MinValue, DateOnly.MaxValue.AddDays(-1)).Sum(sum => sum.Amount);

    private static bool SpansOneCurrency(RepBooks books) =>
        books.Assignments.Select(assignment => assignment.Versions[^1].Currency).Distinct().Count() == 1;
}
