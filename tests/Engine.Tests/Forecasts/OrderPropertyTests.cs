namespace Commission.Engine.Tests.Forecasts;

/// <summary>Orders of open deals of random plans, against books that really hold the deals in the declared order.
/// </summary>
public sealed class OrderPropertyTests
{
    private const int Worlds = 300;

    [Fact]
    public void PreviewInOrder_AnyOrder_EqualsBooksWithTheDealsInThatOrder()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new SmallWorld(seed, oneVersion: true);
            var books = world.Books();
            foreach (var order in Permutations.Of(world.Open).Take(24))
            {
                var preview = books.PreviewInOrder(order);
                for (var i = 0; i < order.Length; i++)
                {
                    var expected = Expected(world, order, i);
                    Assert.True(
                        expected.SequenceEqual(preview.Deals[i].Components),
                        $"seed {seed}: {string.Join(';', expected)} but {preview.Deals[i]}");
                }

                Assert.Equal(preview.Deals.Sum(deal => deal.Total), preview.Totals.Sum(total => total.Amount));
            }
        }
    }

    [Fact]
    public void PreviewOrders_AnyDeals_EqualsTheExtremesOfAllPermutations()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new SmallWorld(seed + 1000, oneVersion: false);
            var books = world.Books();
            var ranges = books.PreviewOrders(world.Open);
            var all = Permutations.Of(world.Open).Select(order => books.PreviewInOrder(order)).ToList();
            Assert.True(ranges.Exact);
            foreach (var range in ranges.Deals)
            {
                var earned = all.Select(
                    preview => preview.Deals.Single(deal => deal.Deal == range.Deal).Total).ToList();
                Assert.True(
                    (earned.Min(), earned.Max()) == (range.Least.Earning.Total, range.Most.Earning.Total),
                    $"seed {seed}: {earned.Min()} to {earned.Max()} but {range}");
                CheckExample(books, world, range.Deal, range.Least);
                CheckExample(books, world, range.Deal, range.Most);
            }

            CheckTotals(books, world, ranges, all);
        }
    }

    [Fact]
    public void PreviewInOrder_DealsOfOneDay_AddUpToTheSameInEveryOrder()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new SmallWorld(seed + 2000, oneVersion: true, onePlace: true);
            var books = world.Books();
            var totals = Permutations.Of(world.Open)
                .Select(order => books.PreviewInOrder(order).Totals.Sum(total => total.Amount)).Distinct();
            Assert.Single(totals);
        }
    }

    private static void CheckExample(RepBooks books, SmallWorld world, string deal, OrderExtreme extreme)
    {
        var before = world.Open.Where(other => extreme.After.Contains(other.Deal.Id));
        var own = world.Open.Single(other => other.Deal.Id == deal);
        var rest = world.Open.Where(other => other != own && !extreme.After.Contains(other.Deal.Id));
        var found = books.PreviewInOrder([.. before, own, .. rest]).Deals.Single(other => other.Deal == deal);
        Assert.Equal(extreme.Earning.Components, found.Components);
    }

    private static void CheckTotals(RepBooks books, SmallWorld world, OrderRanges ranges, List<OrderPreview> all)
    {
        foreach (var total in ranges.Totals)
        {
            var sums = all.Select(preview => Assert.Single(preview.Totals).Amount).ToList();
            Assert.Equal((sums.Min(), sums.Max()), (total.Least, total.Most));
            Assert.Equal(total.Least, InOrder(total.LeastOrder));
            Assert.Equal(total.Most, InOrder(total.MostOrder));
        }

        // Deals before the assignment are in no order of it.
        decimal InOrder(IEnumerable<string> ids) => Assert.Single(books.PreviewInOrder(
            [.. ids.Select(id => world.Open.Single(credit => credit.Deal.Id == id))]).Totals).Amount;
    }

    // Component by component: whatever stands before the deal in the component's window is moved to the last day there
    // that a given deal has, with ids that sort behind those in the books.
    private static List<ComponentEarning> Expected(SmallWorld world, DealCredit[] order, int index)
    {
        var day = order[index].Deal.Credited;
        var assigned = world.Assignment.Covers(day);
        var parts = new List<ComponentEarning>();
        foreach (var component in assigned ? world.Assignment.Versions[0].Components : [])
        {
            var window = Windows.Of(component.Window, 1, day);
            var shared = order.Where(other =>
                window.Contains(other.Deal.Credited) && world.Assignment.Covers(other.Deal.Credited)).ToList();
            var last = shared.Max(other => other.Deal.Credited);
            var books = world.Books(order.Take(index + 1).Where(shared.Contains).Select((other, i) => other with
            {
                Deal = other.Deal with { Id = $"zz{i}", Credited = last, Status = DealStatus.Won },
            }));
            var own = books.EarnedBy($"zz{order.Take(index).Count(shared.Contains)}")!;
            parts.Add(own.Components.Single(part => part.Component == component.Id));
        }

        return parts;
    }
}
