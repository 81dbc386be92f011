namespace Commission.Guide;

/// <summary>A fenced block or a table of a document.</summary>
/// <param name="Info">What stands behind the fence, such as <c>yaml plan</c>; <c>table</c> for a table.</param>
/// <param name="Text">The lines between the fences, or the table's lines.</param>
/// <param name="Line">Of the first line of the text, from 1.</param>
public sealed record GuideBlock(string Info, string Text, int Line)
{
    private const string Fence = "```";

    /// <summary>The folder of Commission.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The blocks and tables of the plan format's guide, in order.</summary>
    public static IReadOnlyList<GuideBlock> Guide { get; } = Read(Path.Combine("docs", "plan-format.md"));

    /// <summary>The blocks and tables of a document, in order.</summary>
    /// <param name="file">Relative to the repository.</param>
    public static IReadOnlyList<GuideBlock> Read(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository, file));
        var blocks = new List<GuideBlock>();
        for (var i = 0; i < lines.Length; i++)
        {
            var (info, end) = lines[i] switch
            {
                ['`', '`', '`', .. var named] => (named, Array.IndexOf(lines, Fence, i + 1)),
                ['|', ..] => ("table", AfterTable(lines, i)),
                _ => ("", i),
            };
            if (info.Length > 0)
            {
                var start = info == "table" ? i : i + 1;
                blocks.Add(new GuideBlock(info, string.Join('\n', lines[start..end]) + "\n", start + 1));
                i = end;
            }
        }

        return blocks;
    }

    /// <summary>A table's cells, row by row, the header first and the line below it left out.</summary>
    public IReadOnlyList<string[]> Rows() =>
    [
        .. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where((_, i) => i != 1)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()),
    ];

    private static int AfterTable(string[] lines, int start)
    {
        var end = start;
        while (end < lines.Length && lines[end].StartsWith('|'))
        {
            end++;
        }

        return end;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder.FullName;
    }
}
