using System.Globalization;
using System.Text;
using Commission.Load.Measuring;

namespace Commission.Load.Growth;

/// <summary>
/// Draws the measured curves as <c>docs/growth.svg</c>: how many times the processor time of an event at the smallest
/// size it is at each. The same reports give the same text.
/// </summary>
internal static class GrowthGraph
{
    private const string Results = "bench/results";
    private const string Target = "docs/growth.svg";
    private const double Left = 62;
    private const double Right = 696;
    private const double Top = 92;
    private const double Bottom = 356;
    private const double TickStep = 0.25;

    // The points of one size stand beside each other, so that none hides another.
    private const double Beside = 4;

    private const string Head = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 424" role="img" aria-labelledby="title description"
            font-family="Helvetica, Arial, sans-serif" font-size="14">
          <style>
            .paper { fill: #ffffff } .text { fill: #1d2b3a } .grid { stroke: #dbe1e8 } .axis { stroke: #33475b }
            .deals { stroke: #0b5cad; fill: #0b5cad } .payees { stroke: #a8480a; fill: #a8480a }
            path.line { fill: none; stroke-width: 2.2 }
            path.goal { fill: none; stroke-width: 1.4; stroke-dasharray: 6 5 }
            path.spread { stroke-width: 1.4 }
            text.label { stroke: none }
            @media (prefers-color-scheme: dark) {
              .paper { fill: #10161d } .text { fill: #dfe7ef } .grid { stroke: #2c3844 } .axis { stroke: #93a5b8 }
              .deals { stroke: #6db3f8; fill: #6db3f8 } .payees { stroke: #f0a064; fill: #f0a064 }
            }
          </style>
          <title id="title">What an event takes, by deals in the window and by payees</title>
        """;

    /// <summary>Reads the reports of the current folder, and writes the graph.</summary>
    public static async Task RunAsync()
    {
        var lines = new[] { (Curve.Deals, "deals"), (Curve.Payees, "payees") }.Select(one =>
        {
            var (curve, style) = one;
            var report = Report.Load(Path.Combine(Results, $"{curve.Report}.json"));
            return new Line(curve, style, curve.Points(report), report.Machine.Commit);
        }).ToList();
        await File.WriteAllTextAsync(Target, Draw(lines));
        Console.WriteLine($"Saved as {Target}.");
    }

    private static string Draw(IReadOnlyList<Line> lines)
    {
        var points = lines.SelectMany(line => line.Points).ToList();
        var highest = Math.Max(points.Max(point => point.Most), lines.Max(line => line.Curve.Goal));
        var scale = new Scale(
            Math.Log10(points.Min(point => point.Size)), Math.Log10(points.Max(point => point.Size)),
            Math.Ceiling((highest + 0.1) / TickStep) * TickStep);
        var svg = new StringBuilder(Head).Append('\n');
        Add(svg, $"  <desc id=\"description\">{string.Join(" ", lines.Select(Description))}</desc>");
        Add(svg, $"  <rect class=\"paper\" width=\"720\" height=\"424\"/>");
        AddAxes(svg, scale, lines);
        for (var i = 0; i < lines.Count; i++)
        {
            AddLegend(svg, lines[i], 28 + (24 * i));
            AddLine(svg, scale, lines[i]);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void AddAxes(StringBuilder svg, Scale scale, IReadOnlyList<Line> lines)
    {
        for (var ratio = 0.0; ratio <= scale.Highest; ratio += TickStep)
        {
            var y = scale.Y(ratio);
            Add(svg, $"  <path class=\"{(ratio > 0 ? "grid" : "axis")}\" d=\"M{Left} {y:0.#} H{Right}\"/>");
            Add(svg, $"  <text class=\"text\" x=\"{Left - 8}\" y=\"{y + 5:0.#}\" text-anchor=\"end\">",
                $"{ratio:0.##}</text>");
        }

        foreach (var size in lines.SelectMany(line => line.Points).Select(point => point.Size).Distinct().Order())
        {
            var x = scale.X(size);
            Add(svg, $"  <path class=\"axis\" d=\"M{x:0.#} {Bottom} v5\"/>");
            Add(svg, $"  <text class=\"text\" x=\"{x:0.#}\" y=\"{Bottom + 21}\" text-anchor=\"middle\">",
                $"{size:#,0}</text>");
        }

        var commits = string.Join(", ", lines.Select(line => $"{line.Curve.Report} at {line.Commit}"));
        Add(svg, $"  <text class=\"text\" x=\"{(Left + Right) / 2}\" y=\"{Bottom + 42}\" text-anchor=\"middle\">",
            $"how many (logarithmic)</text>");
        Add(svg, $"  <text class=\"text\" x=\"15\" y=\"{(Top + Bottom) / 2}\" text-anchor=\"middle\" ",
            $"transform=\"rotate(-90 15 {(Top + Bottom) / 2})\">{Curve.Processor}, smallest = 1</text>");
        Add(svg, $"  <text class=\"text\" x=\"{Right}\" y=\"{Bottom + 60}\" text-anchor=\"end\" font-size=\"11\">",
            $"median, least and most of the runs; {commits}</text>");
    }

    private static void AddLegend(StringBuilder svg, Line line, double y)
    {
        Add(svg, $"  <path class=\"line {line.Style}\" d=\"M{Left} {y} h34\"/>");
        AddMark(svg, line, Left + 17, y);
        Add(svg, $"  <text class=\"text\" x=\"{Left + 44}\" y=\"{y + 5}\">{Description(line)}</text>");
    }

    private static void AddLine(StringBuilder svg, Scale scale, Line line)
    {
        var goal = scale.Y(line.Curve.Goal);
        Add(svg, $"  <path class=\"goal {line.Style}\" d=\"M{Left} {goal:0.#} H{Right}\"/>");
        Add(svg, $"  <text class=\"label {line.Style}\" x=\"{Left + 6}\" y=\"{goal - 5:0.#}\" font-size=\"12\">",
            $"goal for {line.Style}: at most {line.Curve.Goal:0.##}</text>");
        var path = string.Join(" L", line.Points.Select(point => string.Create(
            CultureInfo.InvariantCulture, $"{scale.X(point.Size) + line.Shift:0.#} {scale.Y(point.Median):0.#}")));
        Add(svg, $"  <path class=\"line {line.Style}\" d=\"M{path}\"/>");
        foreach (var point in line.Points)
        {
            var x = scale.X(point.Size) + line.Shift;
            Add(svg, $"  <path class=\"spread {line.Style}\" ",
                $"d=\"M{x:0.#} {scale.Y(point.Least):0.#} V{scale.Y(point.Most):0.#}\"/>");
            AddMark(svg, line, x, scale.Y(point.Median));
        }
    }

    /// <summary>Round or square, so that colours are not needed to tell the lines from each other.</summary>
    private static void AddMark(StringBuilder svg, Line line, double x, double y) => Add(svg, line.Style == "deals"
        ? $"  <circle class=\"{line.Style}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4.5\"/>"
        : (FormattableString)
          $"  <rect class=\"{line.Style}\" x=\"{x - 4:0.#}\" y=\"{y - 4:0.#}\" width=\"8\" height=\"8\"/>");

    private static string Description(Line line)
    {
        var (first, last) = (line.Points[0], line.Points[^1]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{last.Size:#,0} {line.Curve.Things}: {last.Median:0.00} times as much as with {first.Size:#,0}.");
    }

    private static void Add(StringBuilder svg, params FormattableString[] parts)
    {
        foreach (var part in parts)
        {
            svg.Append(part.ToString(CultureInfo.InvariantCulture));
        }

        svg.Append('\n');
    }

    private sealed record Line(Curve Curve, string Style, IReadOnlyList<CurvePoint> Points, string Commit)
    {
        public double Shift => Style == "deals" ? -Beside : Beside;
    }

    private sealed record Scale(double First, double Last, double Highest)
    {
        public double X(int size) => Left + 24 + ((Math.Log10(size) - First) / (Last - First) * (Right - Left - 48));

        public double Y(double ratio) => Bottom - (ratio / Highest * (Bottom - Top));
    }
}
