using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Books;

public sealed class BooksAgainstEvaluatorTests
{
    [Fact]
    public void Books_AnyHistoryOfAnyPlan_EqualTheEvaluationFromNothingAtEveryStep()
    {
        for (var seed = 0; seed < Cases.Count; seed++)
        {
            var world = new RandomWorld(seed);
            var books = new RepBooks(world.Assignments, world.Rates);
            for (var step = 0; step < world.History.Length; step++)
            {
                books.Apply(world.History[step]);
                var from = Evaluator.Evaluate(
                    world.Assignments, world.History.Take(step + 1), world.Rates, through: new DateOnly(2027, 3, 1));
                BooksAudit.Check($"seed {seed}, step {step}", world, books, from);
                if (step == world.History.Length - 1)
                {
                    BooksAudit.CheckTraces($"seed {seed}", books, from);
                }
            }
        }
    }

    [Fact]
    public void Books_LongHistory_EqualTheEvaluationFromNothing()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var world = new RandomWorld(70_000 + seed, events: 700);
            var books = new RepBooks(world.Assignments, world.Rates);
            foreach (var credit in world.History)
            {
                books.Apply(credit);
            }

            var from = Evaluator.Evaluate(
                world.Assignments, world.History, world.Rates, through: new DateOnly(2027, 3, 1));
            BooksAudit.Check($"long seed {seed}", world, books, from);
        }
    }

    [Fact]
    public void Preview_ThenApply_GivesTheSameCent()
    {
        for (var seed = 0; seed < Cases.Count; seed++)
        {
            var world = new RandomWorld(seed + 500_000);
            var books = new RepBooks(world.Assignments, world.Rates);
            foreach (var credit in world.History)
            {
                PreviewAudit.CheckThenApply($"seed {seed}, deal {credit.Deal.Id}", books, credit);
            }
        }
    }
}
