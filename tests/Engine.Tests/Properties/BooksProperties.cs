using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Properties;

/// <summary>The books, kept event by event, give the figures of an evaluation from nothing.</summary>
public sealed class BooksProperties
{
    [Fact]
    public void Books_AnyEvent_LeavesTheFiguresOfAnEvaluationFromNothing() => Property.Holds(5, stream: 3, world =>
    {
        var books = new RepBooks(world.Assignments, world.Rates);
        var through = world.Through ?? LastDay(world);
        var random = new Random(world.Seed);
        for (var step = 0; step < world.History.Length; step++)
        {
            books.Apply(world.History[step]);
            var expected = Evaluator.Evaluate(
                world.Assignments, world.History.Take(step + 1), world.Rates, through);
            var from = world.History[random.Next(world.History.Length)].Deal.Credited;
            BooksAudit.Check($"step {step}", books, expected, from, from.AddDays(random.Next(0, 100)));
        }

        OracleComparison.Check(
            world, Evaluator.Evaluate(world.Assignments, world.History, world.Rates, world.Through));
    });

    [Fact]
    public void Books_LongHistory_GiveTheFiguresOfAnEvaluationFromNothing()
    {
        for (var seed = 70_000; seed < 70_012; seed++)
        {
            var world = World.Of(seed, events: 700);
            var books = new RepBooks(world.Assignments, world.Rates);
            foreach (var credit in world.History)
            {
                books.Apply(credit);
            }

            var through = LastDay(world);
            var expected = Evaluator.Evaluate(world.Assignments, world.History, world.Rates, through);
            BooksAudit.Check($"seed {seed}", books, expected, through.AddDays(-70), through.AddDays(-7));
        }
    }

    private static DateOnly LastDay(World world) =>
        world.History.Select(credit => credit.Deal.Credited).DefaultIfEmpty(new DateOnly(2026, 1, 1)).Max();
}
