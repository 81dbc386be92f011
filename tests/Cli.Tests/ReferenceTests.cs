using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Commission.Cli.Tests;

/// <summary>docs/cli.md says what the program has.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Reference = File.ReadAllText(Path.Combine(Shell.Repository, "docs", "cli.md"));

    [Fact]
    public void Reference_ItsCommands_AreTheProgramsInOrder()
    {
        var documented = CommandLines().Matches(Reference).Select(match => match.Groups["name"].Value);

        Assert.Equal(Leaves().Select(leaf => leaf.Name), documented);
    }

    [Fact]
    public void Reference_ItsCommands_AreMarkedWhereTheyHaveJson()
    {
        var documented = CommandLines().Matches(Reference)
            .Where(match => match.Groups["json"].Value.Length > 0).Select(match => match.Groups["name"].Value);

        Assert.Equal(
            Leaves().Where(leaf => leaf.Command.Options.Any(option => option.Name == "--json"))
                .Select(leaf => leaf.Name),
            documented);
    }

    [Fact]
    public void Reference_ItsExitCodes_AreTheProgramsOwn()
    {
        var documented = ExitCodes().Matches(Reference)
            .Select(match => int.Parse(match.Groups["code"].Value, null)).Order();

        Assert.Equal(
            typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => (int)field.GetRawConstantValue()!).Order(),
            documented);
    }

    private static List<(string Name, Command Command)> Leaves()
    {
        using var nowhere = new StringWriter();
        return LeavesOf(CommandLine.Root(Terminal.Plain(nowhere, nowhere, Shell.NoServer)), "commission").ToList();
    }

    private static IEnumerable<(string Name, Command Command)> LeavesOf(Command command, string name) =>
        command.Subcommands.Count == 0
            ? [(name, command)]
            : command.Subcommands.SelectMany(inner => LeavesOf(inner, $"{name} {inner.Name}"));

    [GeneratedRegex(@"^\| `(?<name>commission[a-z ]*[a-z])[^|]*\|[^|]*\| (?<json>✓?) ?\|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommandLines();

    [GeneratedRegex(@"^\| (?<code>\d+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExitCodes();
}
