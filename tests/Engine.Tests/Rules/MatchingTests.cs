namespace Commission.Engine.Tests.Rules;

public sealed class MatchingTests
{
    [Theory]
    [InlineData("50%", true)]
    [InlineData("0.5", true)]
    [InlineData("50", false)]
    public void When_NumberWrittenAsPercentage_EqualsItsFraction(string written, bool counts)
    {
        var example = $$"""
            { "id": "half", "assignment": {},
              "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
                "components": [ { "component": "c", "measure": "deals", "when": { "quantity": "{{written}}" } } ] },
              "credits": [ { "deal": "d", "credited": "2026-01-01", "role": "owner", "share": "100%",
                "quantity": "0.50" } ] }
            """;
        var evaluation = Engine.Conformance.Evaluate(PlanFormat.ParseCases(example).Value.Single());
        Assert.Equal(counts ? 1m : 0m, evaluation.Windows.Single().Credited);
    }
}
