using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Commission.Load.Measuring;

/// <summary>What a measurement found.</summary>
/// <param name="Name">Of the measurement.</param>
/// <param name="Taken">When it ended.</param>
/// <param name="Machine">Where.</param>
/// <param name="Figures">In the order in which they were measured.</param>
internal sealed record Report(string Name, DateTimeOffset Taken, Machine Machine, IReadOnlyList<Figure> Figures)
{
    private const string Folder = "bench/results";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads one that was saved.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Report Load(string path) =>
        JsonSerializer.Deserialize<Report>(File.ReadAllText(path), Json)
            ?? throw new JsonException($"{path} has no report.");

    /// <summary>Prints the table, and saves it as <c>bench/results/NAME.json</c> in the current folder.</summary>
    public void Publish()
    {
        Console.WriteLine(ToTable());
        Directory.CreateDirectory(Folder);
        var path = Path.Combine(Folder, $"{Name}.json");
        File.WriteAllText(path, JsonSerializer.Serialize(this, Json));
        Console.WriteLine($"Saved as {path}.");
    }

    /// <summary>A row for each figure.</summary>
    public string ToTable()
    {
        var table = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{Name}: {Machine}").AppendLine()
            .AppendLine("| what | least | median | most | goal | |")
            .AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var figure in Figures)
        {
            table.AppendLine(Row(figure));
        }

        return table.ToString();
    }

    /// <summary>A value with as many digits as say something.</summary>
    public static string Shown(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Row(Figure figure)
    {
        var goal = figure.Goal is { } value ? $"{(figure.MoreIsBetter ? '≥' : '≤')} {Shown(value)}" : "";
        var holds = figure.Holds switch { true => "holds", false => "**missed**", null => "" };
        var unit = figure.Unit == "ratio" ? "" : $" ({figure.Unit})";
        return $"| {figure.Name}{unit} | {Shown(figure.Runs.Min())} | {Shown(figure.Median)} "
            + $"| {Shown(figure.Runs.Max())} | {goal} | {holds} |";
    }
}
