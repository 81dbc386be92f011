namespace Commission.Engine;

/// <summary>Where products of straight lines turn.</summary>
/// <remarks>Between neighbouring zeros of its factors, such a product turns at most once: the sum of (slope / value)
/// over its factors, which is the slope of the product divided by the product, falls throughout.</remarks>
internal static class GoalBends
{
    /// <summary>Steps at which new pieces start, so that within a piece the product only rises or only
    /// falls.</summary>
    /// <param name="factors">The factors at a step, each a straight line from <paramref name="first"/> to
    /// <paramref name="last"/>.</param>
    /// <param name="first">The first step.</param>
    /// <param name="last">The last step.</param>
    public static SortedSet<decimal> In(Func<decimal, List<Exact>> factors, decimal first, decimal last)
    {
        var starts = new SortedSet<decimal>();
        var (left, right) = (factors(first), factors(last));
        int[] lines = [.. Enumerable.Range(0, left.Count).Where(i => left[i] != right[i])];
        if (lines.Length < 2)
        {
            return starts;
        }

        Exact[] rises = [.. lines.Select(line => right[line] - left[line])];
        foreach (var line in lines.Where(line => left[line].Sign != right[line].Sign))
        {
            var sign = left[line].Sign;
            var other = FirstWhere(first, last, at => factors(at)[line].Sign != sign);
            starts.Add(other);
            starts.Add(other + 1m);
        }

        starts.RemoveWhere(start => start > last);
        decimal[] edges = [first, .. starts, last + 1m];
        for (var i = 0; i + 1 < edges.Length; i++)
        {
            var (from, to) = (edges[i], edges[i + 1] - 1m);
            if (Slope(from) > 0 && Slope(to) < 0)
            {
                starts.Add(FirstWhere(from, to, at => Slope(at) < 0));
            }
        }

        return starts;

        int Slope(decimal at) => SlopeSign(factors(at), lines, rises);
    }

    /// <summary>No less than a sum of products between two steps: the greatest of its Bernstein coefficients there.
    /// </summary>
    /// <param name="signs">Of each product.</param>
    /// <param name="left">The products' factors at one step; null: a product that is left out.</param>
    /// <param name="right">The same at the other.</param>
    public static Exact Most(int[] signs, List<Exact>?[] left, List<Exact>?[] right)
    {
        var degree = left.Max(factors => factors?.Count ?? 0);
        var sums = new Exact[degree + 1];
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] is { } from)
            {
                var own = Expanded(from, right[i]!, degree);
                for (var k = 0; k <= degree; k++)
                {
                    sums[k] += own[k] * signs[i];
                }
            }
        }

        var ways = Exact.One;
        var most = sums[0];
        for (var k = 1; k <= degree; k++)
        {
            ways = ways * (degree - k + 1) / k;
            most = Exact.Max(most, sums[k] / ways);
        }

        return most;
    }

    // The product of (left + right t) as a polynomial of t; a factor of 1 raises the degree and changes nothing.
    private static Exact[] Expanded(List<Exact> left, List<Exact> right, int degree)
    {
        var product = new Exact[degree + 1];
        product[0] = Exact.One;
        for (var i = 0; i < degree; i++)
        {
            var (from, to) = i < left.Count ? (left[i], right[i]) : (Exact.One, Exact.One);
            for (var k = i + 1; k > 0; k--)
            {
                product[k] = (product[k] * from) + (product[k - 1] * to);
            }

            product[0] *= from;
        }

        return product;
    }

    // The sign of the sum of (rise / value), without dividing.
    private static int SlopeSign(List<Exact> values, int[] lines, Exact[] rises)
    {
        var sum = Exact.Zero;
        var sign = 1;
        for (var i = 0; i < lines.Length; i++)
        {
            var product = rises[i];
            for (var j = 0; j < lines.Length; j++)
            {
                product = j == i ? product : product * values[lines[j]];
            }

            sum += product;
            sign *= values[lines[i]].Sign;
        }

        return sum.Sign * sign;
    }

    // False at first, true from some step on, at the latest at the last.
    private static decimal FirstWhere(decimal first, decimal last, Func<decimal, bool> holds)
    {
        while (last - first > 1m)
        {
            var middle = decimal.Floor((first + last) / 2m);
            (first, last) = holds(middle) ? (first, middle) : (middle, last);
        }

        return last;
    }
}
