namespace Commission.Engine.Tests.Properties;

/// <summary>The evaluation from nothing gives the oracle's figures.</summary>
public abstract class EvaluatorProperties
{
    protected static void EqualsOracle(int stream) => Property.Holds(25, stream, world => OracleComparison.Check(
        world, Evaluator.Evaluate(world.Assignments, world.History, world.Rates, world.Through)));

    public sealed class First : EvaluatorProperties
    {
        [Fact]
        public void Evaluator_AnyWorld_GivesTheOraclesFigures() => EqualsOracle(stream: 1);
    }

    public sealed class Second : EvaluatorProperties
    {
        [Fact]
        public void Evaluator_AnyOtherWorld_GivesTheOraclesFigures() => EqualsOracle(stream: 2);
    }
}
