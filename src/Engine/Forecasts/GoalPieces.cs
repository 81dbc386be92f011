using System.Numerics;

namespace Commission.Engine;

/// <summary>A span of steps in which every part of a line only rises or only falls.</summary>
/// <param name="First">First step, inclusive.</param>
/// <param name="Last">Last step, inclusive.</param>
internal sealed record GoalPiece(decimal First, decimal Last)
{
    /// <summary>Parts that are the product of their factors; only known where some parts rise and others fall.
    /// </summary>
    public bool[]? Free { get; init; }
}

/// <summary>Cuts a line into pieces.</summary>
internal static class GoalPieces
{
    // Pieces grow by this beyond the last bound, so that what is far off is looked at only when nothing nearer does.
    private const decimal Growth = 16m;

    /// <summary>Pieces from the first step to the last, less what repeats what was before.</summary>
    public static List<GoalPiece> Of(GoalLine line) =>
        [.. Spans(line, Starts(line)).Select(piece => Told(line, piece))];

    private static SortedSet<decimal> Starts(GoalLine line)
    {
        var starts = new SortedSet<decimal> { 1m };
        foreach (var bound in line.Parts.SelectMany(part => part.Bounds()))
        {
            // A step exactly at a bound may belong to either side.
            var at = bound / line.Step;
            var below = Floor(at);
            starts.Add(at == below ? below : below + 1m);
            starts.Add(below + 1m);
        }

        starts.RemoveWhere(start => start < 1m || start > line.Last);
        for (var next = starts.Max * Growth; next <= line.Last; next *= Growth)
        {
            starts.Add(next);
        }

        foreach (var part in line.Parts.Where(part => part.MayBend))
        {
            foreach (var piece in Spans(line, starts))
            {
                starts.UnionWith(GoalBends.In(at => part.Factors(at * line.Step), piece.First, piece.Last));
            }
        }

        return starts;
    }

    private static List<GoalPiece> Spans(GoalLine line, SortedSet<decimal> starts)
    {
        var list = starts.ToList();
        return
        [
            .. list.Select((first, i) => new GoalPiece(first, i + 1 < list.Count ? list[i + 1] - 1m : line.Last)),
        ];
    }

    // Only parts that go different ways need more than their ends.
    private static GoalPiece Told(GoalLine line, GoalPiece piece)
    {
        if (line.Parts.Count < 2 || piece.Last - piece.First < 2m)
        {
            return piece;
        }

        var (left, right) = (line.At(piece.First).Parts, line.At(piece.Last).Parts);
        var rises = left.Zip(right).Any(part => part.Second > part.First);
        var falls = left.Zip(right).Any(part => part.Second < part.First);
        if (!rises || !falls)
        {
            return piece;
        }

        var (from, to) = (piece.First * line.Step, piece.Last * line.Step);
        bool[] free = [.. line.Parts.Select((part, i) => left[i] != right[i] && part.IsFree(from, to))];
        var moving = line.Parts.Where((part, i) => left[i] != right[i]).ToList();
        var last = moving.TrueForAll(part => part.IsFree(from, to) && part.IsStraight(from, to)) &&
            Repeats(moving, piece, line.Step) is { } period && period < piece.Last - piece.First
            ? piece.First + period
            : piece.Last;
        return new GoalPiece(piece.First, last) { Free = free };
    }

    // Straight lines that cancel out repeat what their rounding does as soon as each has moved by an even number of
    // minor units.
    private static decimal? Repeats(List<GoalPart> moving, GoalPiece piece, decimal step)
    {
        var sum = Exact.Zero;
        var period = BigInteger.One;
        foreach (var part in moving)
        {
            var (left, right) = (Product(part.Factors(piece.First * step)), Product(part.Factors(piece.Last * step)));
            if (left.Sign * right.Sign < 0)
            {
                return null;
            }

            var slope = (right - left) / (piece.Last - piece.First);
            sum += slope * part.Sign;
            var own = (slope / (part.HalfUnit * 4m)).Denominator;
            period = period / BigInteger.GreatestCommonDivisor(period, own) * own;
        }

        return sum.IsZero && period < new BigInteger(piece.Last) ? (decimal)period : null;
    }

    private static Exact Product(List<Exact> factors) =>
        factors.Aggregate(Exact.One, (product, factor) => product * factor);

    private static decimal Floor(Exact value)
    {
        var near = value.Round(0, RoundingRule.HalfEven);
        return new Exact(near) > value ? near - 1m : near;
    }
}
