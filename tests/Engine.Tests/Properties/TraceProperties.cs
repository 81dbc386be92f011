namespace Commission.Engine.Tests.Properties;

/// <summary>Explanations add up to the figures that they explain.</summary>
public sealed class TraceProperties
{
    [Fact]
    public void Explanations_AnyFigure_AddUpToIt() => Property.Holds(8, stream: 8, world =>
    {
        var books = new RepBooks([.. world.Assignments], world.Rates);
        foreach (var credit in world.History.SkipLast(1))
        {
            books.Apply(credit);
        }

        TraceAudit.Check(books);
        foreach (var credit in world.History.TakeLast(1))
        {
            var preview = books.Preview(credit);
            TraceAudit.CheckChanges($"preview of {credit.Deal.Id}", preview.Deal, preview.Traces);
        }
    });
}
