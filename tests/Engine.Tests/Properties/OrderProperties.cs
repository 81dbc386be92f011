using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Properties;

/// <summary>The order in which deals arrive moves no figure.</summary>
public sealed class OrderProperties
{
    [Fact]
    public void Figures_ShuffledHistory_StayTheSame() => Property.Holds(14, stream: 5, world =>
    {
        var random = new Random(world.Seed);
        var final = Shuffled(LastOfEach(world.History), random);
        var again = Shuffled([.. world.History, .. final], random);

        // Whatever came before it, the last event of a deal stands.
        var history = again.Where(credit => !final.Contains(credit)).Concat(Shuffled(final, random));
        var (one, other) = (Kept(world, final), Kept(world, history));
        Assert.Equal(Figures(one), Figures(other));
        Assert.Equal(Figures(Evaluated(world, final)), Figures(Evaluated(world, Shuffled(final, random))));
    });

    private static List<DealCredit> LastOfEach(IEnumerable<DealCredit> history) =>
        [.. history.GroupBy(credit => credit.Deal.Id).Select(deal => deal.Last())];

    private static List<DealCredit> Shuffled(IEnumerable<DealCredit> credits, Random random)
    {
        var shuffled = credits.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    private static RepBooks Kept(World world, IEnumerable<DealCredit> history)
    {
        var books = new RepBooks([.. world.Assignments], world.Rates);
        foreach (var credit in history)
        {
            books.Apply(credit);
        }

        return books;
    }

    private static Evaluation Evaluated(World world, IEnumerable<DealCredit> history) =>
        Evaluator.Evaluate(world.Assignments, history, world.Rates, world.Through);

    private static List<string> Figures(Evaluation evaluation) =>
    [
        .. evaluation.Windows.Select(row => row.ToString()),
        .. evaluation.Statements.Select(row => row.ToString()),
        .. evaluation.Deals.SelectMany(Rows),
        .. evaluation.Unassigned,
    ];

    private static List<string> Figures(RepBooks books)
    {
        var deals = books.Deals().Select(deal => books.EarnedBy(deal)!).ToList();
        var estimates = deals.Select(deal => deal.Credited).Distinct().Select(day => books.Estimate(day)!);
        return
        [
            .. deals.SelectMany(Rows),
            .. estimates.SelectMany(estimate => estimate.Components.Select(part => part.ToString())
                .Append(estimate.Statement.ToString())),
            .. books.Unassigned,
        ];
    }

    private static IEnumerable<string> Rows(DealEarning deal) =>
        deal.Components.Select(part => $"{deal.Deal} {deal.Credited} {part}");
}
