using System.Globalization;

namespace Commission.Load.Measuring;

/// <summary>What got worse, and better, between two reports of the same measurement.</summary>
internal static class Comparison
{
    /// <summary>Prints it.</summary>
    /// <param name="before">Paths of the reports.</param>
    /// <param name="after">Of the later ones; those of the same name are compared.</param>
    /// <returns>0: nothing got worse beyond the noise; 1: something did; 2: there is nothing to compare.</returns>
    public static int Run(string before, string after)
    {
        var old = Read(before);
        var pairs = Read(after).SelectMany(now => now.Figures, (now, figure) => (now.Name, Figure: figure))
            .Select(one => (one.Name, Now: one.Figure, Before: Find(old, one.Name, one.Figure.Name)))
            .Where(pair => pair.Before is not null).ToList();
        if (pairs.Count == 0)
        {
            Console.Error.WriteLine($"{before} and {after} have no figure in common.");
            return 2;
        }

        var worse = 0;
        foreach (var (name, now, then) in pairs)
        {
            worse += now.WorseThan(then!) is null ? 0 : 1;
            Console.WriteLine(Line(name, then!, now));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{worse} of {pairs.Count} figures got worse beyond the noise."));
        return worse == 0 ? 0 : 1;
    }

    private static string Line(string name, Figure before, Figure now)
    {
        var verdict = (now.WorseThan(before), before.WorseThan(now)) switch
        {
            ({ } worse, _) => string.Create(CultureInfo.InvariantCulture, $"WORSE, {worse:0.00} times"),
            (_, { } better) => string.Create(CultureInfo.InvariantCulture, $"better, {better:0.00} times"),
            _ => "within the noise",
        };
        var (then, median) = (Report.Shown(before.Median), Report.Shown(now.Median));
        return $"{name}: {now.Name}: {then} -> {median} {now.Unit} ({verdict})";
    }

    private static Figure? Find(List<Report> reports, string report, string figure) =>
        reports.Find(one => one.Name == report)?.Figures.FirstOrDefault(one => one.Name == figure);

    private static List<Report> Read(string path) => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal).Select(Report.Load)]
        : [Report.Load(path)];
}
