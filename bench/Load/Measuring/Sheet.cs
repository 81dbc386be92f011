using System.Globalization;

namespace Commission.Load.Measuring;

/// <summary>Gathers what the runs of a measurement give.</summary>
/// <param name="name">Of the measurement.</param>
internal sealed class Sheet(string name)
{
    private readonly Dictionary<string, Figure> _figures = new(StringComparer.Ordinal);

    /// <summary>A value of a run in which more is better.</summary>
    public void More(string what, string unit, double value, double? goal = null) =>
        Add(what, unit, moreIsBetter: true, value, goal);

    /// <summary>A value of a run in which less is better.</summary>
    public void Less(string what, string unit, double value, double? goal = null) =>
        Add(what, unit, moreIsBetter: false, value, goal);

    /// <summary>One figure by another, run by run: those that were measured next to each other.</summary>
    /// <exception cref="InvalidOperationException">They have not the same number of runs.</exception>
    public void Ratio(string what, string of, string to, double? goal = null)
    {
        var (above, below) = (_figures[of], _figures[to]);
        if (above.Runs.Count != below.Runs.Count)
        {
            throw new InvalidOperationException($"'{of}' and '{to}' were not measured as often.");
        }

        var ratios = above.Runs.Zip(below.Runs, (a, b) => a / b).ToList();
        _figures[what] = new Figure(what, "ratio", above.MoreIsBetter, ratios, goal);
    }

    /// <summary>What was gathered.</summary>
    public Report ToReport() => new(name, TimeProvider.System.GetUtcNow(), Machine.Here(), [.. _figures.Values]);

    private void Add(string what, string unit, bool moreIsBetter, double value, double? goal)
    {
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:0.###} {unit}"));
        _figures[what] = _figures.TryGetValue(what, out var figure)
            ? figure with { Runs = [.. figure.Runs, value] }
            : new Figure(what, unit, moreIsBetter, [value], goal);
    }
}
