using System.Globalization;
using Commission.Load.Measuring;

namespace Commission.Load.Growth;

/// <summary>What an event takes at sizes that grow: how it is named in reports, and how it is held to the goal.
/// </summary>
/// <param name="Report">The measurement's name.</param>
/// <param name="Things">What there are more and more of.</param>
/// <param name="Goal">At most so many times as much at the largest size as at the smallest.</param>
internal sealed record Curve(string Report, string Things, double Goal)
{
    /// <summary>What the silo's processors take for an event: this is drawn.</summary>
    public const string Processor = "processor time of an event";

    /// <summary>Deals in the window of the payee whose event it is.</summary>
    public static readonly Curve Deals = new("growth-deals", "deals in the payee's window", 1.15);

    /// <summary>Payees of the silo.</summary>
    public static readonly Curve Payees = new("growth-payees", "payees", 1.3);

    /// <summary>Powers of ten from one size to another, both among them.</summary>
    public static IReadOnlyList<int> Sizes(int least, int most)
    {
        var sizes = new List<int>();
        for (long size = least; size < most; size *= 10)
        {
            sizes.Add((int)size);
        }

        return [.. sizes, most];
    }

    /// <summary>
    /// Places of the sizes in the order in which a round measures them: the smallest and the largest, of which a ratio
    /// is claimed, next to each other, and every other round backwards.
    /// </summary>
    public static IEnumerable<int> Turns(int sizes, int round)
    {
        var order = Enumerable.Range(0, sizes).OrderBy(at => at == 0 ? 0 : at == sizes - 1 ? 1 : 2).ThenBy(at => at);
        return round % 2 == 0 ? order : order.Reverse();
    }

    /// <summary>A figure at a size.</summary>
    public string NameOf(string what, int size) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}, {size:#,0} {Things}");

    /// <summary>A figure at each size by that at the smallest, round by round; the largest is held to the goal.
    /// </summary>
    public void AddRatios(Sheet sheet, IReadOnlyList<int> sizes, string what)
    {
        foreach (var size in sizes.Skip(1))
        {
            sheet.Ratio(
                string.Create(CultureInfo.InvariantCulture, $"{NameOf(what, size)}, by {sizes[0]:#,0}"),
                NameOf(what, size), NameOf(what, sizes[0]), size == sizes[^1] ? Goal : null);
        }
    }

    /// <summary>
    /// The points to draw: at each size the middle, least and most of the rounds' ratios to the smallest size.
    /// </summary>
    /// <exception cref="InvalidDataException">The report has not two sizes.</exception>
    public IReadOnlyList<CurvePoint> Points(Report report)
    {
        var sizes = report.Figures.Select(figure => (Size: SizeOf(figure.Name), Figure: figure))
            .Where(one => one.Size > 0).OrderBy(one => one.Size).ToList();
        if (sizes.Count < 2)
        {
            throw new InvalidDataException($"The report {report.Name} has not two sizes of '{Things}'.");
        }

        return [.. sizes.Select(one => CurvePoint.Of(one.Size, one.Figure, sizes[0].Figure))];
    }

    private int SizeOf(string name) =>
        name.StartsWith($"{Processor}, ", StringComparison.Ordinal)
        && name.EndsWith($" {Things}", StringComparison.Ordinal)
        && int.TryParse(
            name.AsSpan(Processor.Length + 2, name.Length - Processor.Length - Things.Length - 3),
            NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var size)
            ? size
            : 0;
}

/// <summary>One size of a curve, and how many times as much it takes there as at the smallest.</summary>
internal sealed record CurvePoint(int Size, double Median, double Least, double Most)
{
    /// <summary>Of a figure, by that of the smallest size, round by round.</summary>
    public static CurvePoint Of(int size, Figure figure, Figure smallest)
    {
        var ratios = figure.Runs.Zip(smallest.Runs, (here, there) => here / there).Order().ToList();
        return new CurvePoint(size, ratios[(ratios.Count - 1) / 2], ratios[0], ratios[^1]);
    }
}
