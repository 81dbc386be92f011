using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Silo.Configuration;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests;

/// <summary>
/// What the documentation says is so: its examples run, its links lead somewhere, its tables are right.
/// </summary>
public sealed partial class DocumentationTests(ThreeYears company)
{
    private const string Cli = "dotnet run -c Release --project src/Cli --";

    [Fact]
    public async Task Readme_ItsExplainedEstimate_IsWhatTheCommandPrints()
    {
        var example = ExampleOf(Read("README.md"));
        var built = $"dotnet {Path.Combine(AppContext.BaseDirectory, "commission.dll")}";
        var command = example.Command.Replace(Cli, built, StringComparison.Ordinal);

        await using var ran = RunningProgram.Start(
            "bash", RunningProgram.Root, "-c", $"COMMISSION_SERVER={company.Silo.GrpcAddress} {command}");
        var (code, errors) = await ran.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(example.Output, Trimmed(ran.Output));
    }

    [Fact]
    public async Task Operating_ItsVerification_IsWhatTheCommandPrints()
    {
        var guide = Read("docs/operating.md");
        var example = ExampleOf(guide[guide.IndexOf("## Verify", StringComparison.Ordinal)..]);
        var command = example.Command.Split(' ')[1..];

        await using var ran = RunningProgram.Start(
            "dotnet", RunningProgram.Root,
            [Path.Combine(AppContext.BaseDirectory, "commission.dll"), .. command,
                "--server", company.Silo.GrpcAddress.ToString()]);
        var (code, errors) = await ran.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(example.Output, Trimmed(ran.Output));
    }

    [Fact]
    public void Documents_TheirLinks_LeadToFilesThatExist()
    {
        var docs = Path.Combine(RunningProgram.Root, "docs");
        var documents = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(RunningProgram.Root, "README.md"));
        var broken = documents.SelectMany(document => Links().Matches(File.ReadAllText(document))
            .Select(link => Path.Combine(Path.GetDirectoryName(document)!, link.Groups["to"].Value))
            .Where(target => !File.Exists(target) && !Directory.Exists(target)));

        Assert.Equal("", string.Join('\n', broken));
    }

    [Fact]
    public void Configuration_ItsTable_NamesTheDefaultsThatHold()
    {
        var documented = Rows().Matches(Read("docs/configuration.md"));

        Assert.NotEmpty(documented);
        foreach (Match row in documented)
        {
            Assert.Equal((row.Groups["key"].Value, row.Groups["value"].Value),
                (row.Groups["key"].Value, DefaultOf(row.Groups["key"].Value)));
        }
    }

    private static string DefaultOf(string key)
    {
        object value = new SiloSettings();
        foreach (var part in key.Split(':'))
        {
            value = value.GetType().GetProperty(part)?.GetValue(value)
                ?? throw new InvalidOperationException($"There is no setting {key}.");
        }

        return Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    private static (string Command, string Output) ExampleOf(string readme)
    {
        var lines = readme.Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith("$ ", StringComparison.Ordinal));
        var end = Array.IndexOf(lines, "```", first);
        return (lines[first][2..], Trimmed(string.Join('\n', lines[(first + 1)..end])));
    }

    private static string Trimmed(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim('\n');

    private static string Read(string file) => File.ReadAllText(Path.Combine(RunningProgram.Root, file));

    [GeneratedRegex(@"\]\((?<to>[^)#:]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();

    [GeneratedRegex(
        @"^\| `(?<key>[A-Za-z:]+)` \| (`(?<value>[^`]*)`)? ?\|",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000)]
    private static partial Regex Rows();
}
