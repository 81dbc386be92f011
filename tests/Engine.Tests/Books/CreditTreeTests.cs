namespace Commission.Engine.Tests.Books;

public sealed class CreditTreeTests
{
    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 30)]
    [InlineData(3, 5)]
    public void Tree_RandomInsertsAndRemovals_SumsLikeASortedList(int seed, int removalPercent)
    {
        var random = new Random(seed);
        var tree = new CreditTree(2);
        var plain = new Dictionary<Place, Tally[]>();
        for (var step = 0; step < 12_000; step++)
        {
            if (plain.Count > 0 && random.Next(100) < removalPercent)
            {
                var gone = plain.Keys.ElementAt(random.Next(Math.Min(plain.Count, 50)));
                Assert.True(tree.Remove(gone));
                Assert.False(tree.Remove(gone));
                plain.Remove(gone);
            }
            else
            {
                var place = new Place(random.Next(3) == 0 ? step : random.Next(500), $"d{step}");
                var counted = random.Next(2);
                plain[place] = [new Tally(random.Next(100) * counted, counted, random.Next(2)), new Tally(step, 1, 0)];
                tree.Insert(place, plain[place]);
            }

            if (step % 97 == 0)
            {
                var deal = random.Next(2) == 0 ? null : $"d{random.Next(step + 1)}";
                CheckSums(tree, plain, new Place(random.Next(600), deal));
            }
        }

        CheckOrder(tree, plain);
    }

    [Fact]
    public void Tree_FilledInOrderAndEmptied_IsEmpty()
    {
        var tree = new CreditTree(1);
        var places = Enumerable.Range(0, 5000).Select(day => new Place(day, "d")).ToList();
        foreach (var place in places)
        {
            tree.Insert(place, [new Tally(1m, 1, 0)]);
        }

        Assert.Equal((places[0], places[^1]), (tree.First!.Value, tree.Last!.Value));
        foreach (var place in places)
        {
            Assert.True(tree.Remove(place));
        }

        Assert.Equal(0, tree.Count);
        Assert.Null(tree.First);
        var sums = new Tally[1];
        tree.AddBefore(new Place(int.MaxValue, null), sums);
        Assert.Equal(default, sums[0]);
    }

    private static void CheckSums(CreditTree tree, Dictionary<Place, Tally[]> plain, Place place)
    {
        var sums = new Tally[2];
        tree.AddBefore(place, sums);
        for (var slot = 0; slot < 2; slot++)
        {
            var wanted = plain.Where(entry => entry.Key.ComparedWith(place) < 0)
                .Aggregate(default(Tally), (sum, entry) => sum + entry.Value[slot]);
            Assert.Equal(wanted, sums[slot]);
        }
    }

    private static void CheckOrder(CreditTree tree, Dictionary<Place, Tally[]> plain)
    {
        var places = new List<Place>();
        tree.AddPlaces(places);
        Assert.Equal(
            plain.Keys.OrderBy(place => place.Day).ThenBy(place => place.Deal, StringComparer.Ordinal), places);
        var own = new Tally[2];
        foreach (var (place, tallies) in plain)
        {
            Assert.True(tree.TryGet(place, own));
            Assert.Equal(tallies, own);
        }
    }
}
