namespace Commission.Engine.Tests.Properties;

/// <summary>What a preview says is what happens, and asking changes nothing.</summary>
public sealed class PreviewProperties
{
    [Fact]
    public void Preview_ThenApply_GivesTheSameCent() => Property.Holds(8, stream: 4, world =>
    {
        var books = new RepBooks([.. world.Assignments], world.Rates);
        foreach (var credit in world.History)
        {
            PreviewAudit.CheckThenApply($"deal {credit.Deal.Id}", books, credit);
        }
    });
}
