using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Properties;

/// <summary>The books, kept event by event, give the figures of an evaluation from nothing.</summary>
public sealed class BooksProperties
{
    [Fact]
    public void Books_AnyEvent_LeavesTheFiguresOfAnEvaluationFromNothing() => Property.Holds(5, stream: 3, world =>
    {
        var books = new RepBooks([.. world.Assignments], world.Rates);
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
            var books = new RepBooks([.. world.Assignments], world.Rates);
            foreach (var credit in world.History)
            {
                books.Apply(credit);
            }

            var through = LastDay(world);
            var expected = Evaluator.Evaluate(world.Assignments, world.History, world.Rates, through);
            BooksAudit.Check($"seed {seed}", books, expected, through.AddDays(-70), through.AddDays(-7));
        }
    }

    [Fact]
    public void Books_LoadedAtAnyPoint_AreThoseKeptEventByEvent() => Property.Holds(5, stream: 4, world =>
    {
        var random = new Random(world.Seed);
        var at = random.Next(world.History.Length + 1);
        var latest = world.History.Take(at).GroupBy(credit => credit.Deal.Id, StringComparer.Ordinal)
            .Select(deal => deal.Last()).ToArray();
        random.Shuffle(latest);
        var books = new RepBooks([.. world.Assignments], world.Rates);
        books.Load(latest);
        foreach (var credit in world.History.Skip(at))
        {
            books.Apply(credit);
        }

        CheckSame(books, world);
    });

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(20_000)]
    public void Books_LoadedWithManyDeals_AreThoseKeptEventByEvent(int events)
    {
        var world = World.Of(70_100 + events, events);
        var books = new RepBooks([.. world.Assignments], world.Rates);
        books.Load(
            [.. world.History.GroupBy(credit => credit.Deal.Id, StringComparer.Ordinal).Select(deal => deal.Last())]);
        CheckSame(books, world);
        foreach (var credit in world.History.Take(100))
        {
            books.Apply(credit with { Roles = [] });
        }

        Assert.True(books.DealCount <= events);
    }

    [Fact]
    public void Load_BooksWithACredit_IsRefused()
    {
        var world = World.Of(70_099, events: 20);
        var books = new RepBooks([.. world.Assignments], world.Rates);
        books.Load([.. world.History.Take(1)]);
        var one = world.History.First(credit => credit.Deal.Status == DealStatus.Won && !credit.Roles.IsEmpty);
        books.Apply(one);
        Assert.Throws<InvalidOperationException>(() => books.Load([]));
    }

    private static void CheckSame(RepBooks books, World world)
    {
        var kept = new RepBooks([.. world.Assignments], world.Rates);
        foreach (var credit in world.History)
        {
            kept.Apply(credit);
        }

        Assert.Equal(kept.Deals(), books.Deals());
        Assert.Equal(kept.Unassigned, books.Unassigned);
        Assert.Equal(
            kept.Pipeline.Select(credit => credit.Deal.Id).Order(StringComparer.Ordinal),
            books.Pipeline.Select(credit => credit.Deal.Id).Order(StringComparer.Ordinal));
        foreach (var day in world.History.Select(credit => credit.Deal.Credited).Distinct())
        {
            Assert.Equal(kept.Estimate(day)?.Statement, books.Estimate(day)?.Statement);
            Assert.Equal(kept.EarnedBetween(day, day.AddDays(40)), books.EarnedBetween(day, day.AddDays(40)));
            Assert.Equal(kept.CreditedBetween(day, day.AddDays(9)), books.CreditedBetween(day, day.AddDays(9)));
        }

        foreach (var deal in kept.Deals().Where((_, i) => i % 7 == 0))
        {
            Assert.Equal(kept.EarnedBy(deal)!.Components, books.EarnedBy(deal)!.Components);
        }
    }

    private static DateOnly LastDay(World world) =>
        world.History.Select(credit => credit.Deal.Credited).DefaultIfEmpty(new DateOnly(2026, 1, 1)).Max();
}
