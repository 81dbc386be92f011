namespace Commission.Load.Measuring;

/// <summary>Something measured, once in each run.</summary>
/// <param name="Name">What it is; reports are compared by it.</param>
/// <param name="Unit">Of the values, such as <c>/s</c>, <c>ms</c>, <c>B</c> or <c>ratio</c>.</param>
/// <param name="MoreIsBetter">Which way is better.</param>
/// <param name="Runs">A value for each run, in their order; at least one.</param>
/// <param name="Goal">What the median should reach, or stay at; null: it is only told.</param>
internal sealed record Figure(
    string Name, string Unit, bool MoreIsBetter, IReadOnlyList<double> Runs, double? Goal = null)
{
    /// <summary>The value in the middle; of an even number the lower one of the two.</summary>
    public double Median => Runs.Order().ElementAt((Runs.Count - 1) / 2);

    /// <summary>Whether the median reaches the goal; null without one.</summary>
    public bool? Holds => Goal is { } goal ? (MoreIsBetter ? Median >= goal : Median <= goal) : null;

    /// <summary>
    /// How many times worse this is than before, if every run of it is worse than every one before; else null: what
    /// lies within the noise is no difference.
    /// </summary>
    public double? WorseThan(Figure before)
    {
        var isWorse = MoreIsBetter ? Runs.Max() < before.Runs.Min() : Runs.Min() > before.Runs.Max();
        return isWorse ? (MoreIsBetter ? before.Median / Median : Median / before.Median) : null;
    }
}
