using Commission.Client.Documents;
using Commission.Guide;

namespace Commission.Cli.Tests;

/// <summary>The commands that the plan format's guide shows print what stands there.</summary>
public sealed class GuideTests : IDisposable
{
    private readonly Shell _shell = new();

    public static TheoryData<int> Consoles() =>
        [.. GuideBlock.Guide.Where(block => block.Info == "console").Select(block => block.Line)];

    public static TheoryData<string> Roles() =>
        [.. Directory.GetDirectories(Samples).Select(folder => Path.GetFileName(folder))];

    private static string Samples => Path.Combine(Shell.Repository, "samples", "plans");

    public void Dispose() => _shell.Dispose();

    /// <summary>The blocks above the command are the files that it names, the nearest the last.</summary>
    [Theory]
    [MemberData(nameof(Consoles))]
    public async Task Guide_Command_PrintsWhatItShows(int line)
    {
        var (at, shown) = GuideBlock.Guide.Index().Single(block => block.Item.Line == line);
        var (command, output) = (shown.Text.Split('\n')[0], shown.Text[(shown.Text.IndexOf('\n') + 1)..]);
        Assert.StartsWith("$ commission ", command, StringComparison.Ordinal);
        var args = command.Split(' ')[2..];
        var names = args.Where(arg => arg.EndsWith(".yaml", StringComparison.Ordinal)).ToList();
        var blocks = GuideBlock.Guide.Take(at).Where(block => block.Info.StartsWith("yaml", StringComparison.Ordinal))
            .TakeLast(names.Count).ToList();
        var files = names.Zip(blocks).ToDictionary(
            pair => pair.First, pair => _shell.Write(pair.First, pair.Second.Text));

        var ran = await Shell.OfflineAsync([.. args.Select(arg => files.GetValueOrDefault(arg, arg))]);

        var printed = files.Aggregate(ran.Out + ran.Error, (text, file) => text.Replace(file.Value, file.Key,
            StringComparison.Ordinal));
        Assert.Equal(output, printed);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Sample_ItsFiles_AreWhatTheCommandsTake(string role)
    {
        var folder = Path.Combine(Samples, role);

        var validated = await Shell.OfflineAsync("plan", "validate", Path.Combine(folder, "plans", role + ".yaml"));
        var evaluated = await Shell.OfflineAsync("evaluate", Path.Combine(folder, "case.yaml"));

        Assert.Equal((0, "", 1), (validated.Code, validated.Error, validated.Out.Count(letter => letter == '\n')));
        Assert.Equal((0, "1 cases, 0 differences\n"), (evaluated.Code, evaluated.Error));
        Assert.Single(DocumentFolder.LoadPlans(folder));
        Assert.NotEmpty(DocumentFolder.LoadReps(folder).Value!);
        Assert.Empty(DocumentFolder.LoadTerritories(folder).Problems);
    }
}
