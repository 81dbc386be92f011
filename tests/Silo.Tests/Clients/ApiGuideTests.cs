using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Processes;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Commission.Silo.Tests.Clients;

/// <summary>docs/api.md: its commands print what it shows, and its table has every call.</summary>
[Collection(nameof(ClientCompany))]
public sealed partial class ApiGuideTests(ClientCompany company)
{
    private readonly string _page = File.ReadAllText(Path.Combine(RunningProgram.Root, "docs", "api.md"));
    private string _variables = "";
    private string _last = "shard=0&after.number=0";

    [Fact]
    public async Task Guide_ItsCommands_PrintWhatItShows()
    {
        await ForeignPrograms.RequireGrpcioAsync();
        await ForeignPrograms.RequireCurlAsync();
        var examples = _page.Split("```").Where(block => block.StartsWith("console\n$ ", StringComparison.Ordinal))
            .SelectMany(block => block["console\n$ ".Length..].Split("\n$ ")).Select(SplitAfterCommand).ToList();

        Assert.InRange(examples.Count(example => example.Output.Length > 0), 12, 100);
        foreach (var (command, output) in examples)
        {
            var printed = await RunAsync(command);
            Assert.True(IsAsShown(output, printed), $"{command}\nshows\n{output}\nand prints\n{printed}");
        }
    }

    [Fact]
    public void Guide_ItsTable_HasEveryCall()
    {
        var shown = Calls().Matches(_page).Select(row => row.Groups["row"].Value).ToHashSet(StringComparer.Ordinal);
        var there = Services().SelectMany(service => service.Methods).Select(RowOf).ToList();

        Assert.Equal("", string.Join('\n', there.Where(row => !shown.Contains(row)).Select(row => $"| {row} | … |")));
        Assert.Empty(shown.Except(there, StringComparer.Ordinal));
    }

    private static IEnumerable<ServiceDescriptor> Services() => typeof(Estimate).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(Estimate).Namespace
            && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
        .SelectMany(file => file.Services);

    private static string RowOf(MethodDescriptor method)
    {
        var options = method.GetOptions();
        var stream = method.IsServerStreaming ? " NDJSON" : "";
        var json = options.HasExtension(AnnotationsExtensions.Http)
            ? $"`{PathOf(options.GetExtension(AnnotationsExtensions.Http))}`{stream}"
            : "–";
        var roles = options.GetExtension(AccessExtensions.Access).Roles
            .Select(role => role.ToString().ToUpperInvariant());
        return $"{method.Service.Name}.{method.Name} | {json} | {string.Join(", ", roles)}";
    }

    private static string PathOf(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => $"GET {rule.Get}",
        HttpRule.PatternOneofCase.Put => $"PUT {rule.Put}",
        HttpRule.PatternOneofCase.Post => $"POST {rule.Post}",
        HttpRule.PatternOneofCase.Patch => $"PATCH {rule.Patch}",
        _ => $"DELETE {rule.Delete}",
    };

    /// <summary>A command may go on: after a backslash, or within quotes.</summary>
    private static (string Command, string Output) SplitAfterCommand(string example)
    {
        var lines = example.Split('\n');
        var taken = 1;
        while (lines[taken - 1].EndsWith('\\') || lines[..taken].Sum(line => line.Count(c => c == '\'')) % 2 == 1)
        {
            taken++;
        }

        return (string.Join('\n', lines[..taken]), string.Join('\n', lines[taken..]));
    }

    /// <summary>As the page has it, but at this silo, with the run's positions; variables are kept.</summary>
    private async Task<string> RunAsync(string command)
    {
        var json = company.Silo.Json.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var script = After().Replace(command, _last).Replace("http://127.0.0.1:5081", json, StringComparison.Ordinal);
        if (Assignment().IsMatch(script))
        {
            _variables += script + "\n";
            return "";
        }

        var printed = await RunningProgram.RunAsync("bash", RunningProgram.Root, "-c",
            $"export COMMISSION_SERVER={company.Silo.GrpcAddress}\n{_variables}{script}");
        if (Recorded().Match(printed) is { Success: true } recorded)
        {
            _last = string.Create(CultureInfo.InvariantCulture,
                $"shard={recorded.Groups["shard"].Value}&after.number={recorded.Groups["number"].Value}");
        }

        return printed;
    }

    /// <summary>White space does not count, and an ellipsis is anything.</summary>
    private static bool IsAsShown(string shown, string printed)
    {
        var parts = Squeezed(shown).Split('…');
        var rest = Squeezed(printed).AsSpan();
        for (var i = 0; i < parts.Length; i++)
        {
            var at = rest.IndexOf(parts[i], StringComparison.Ordinal);
            if (at < 0 || (i == 0 && at > 0))
            {
                return false;
            }

            rest = rest[(at + parts[i].Length)..];
        }

        return parts[^1].Length == 0 || rest.IsEmpty;
    }

    private static string Squeezed(string text) =>
        Recorded().Replace(string.Concat(text.Where(c => !char.IsWhiteSpace(c))), "POSITION")
            .Replace("\\u0027", "'", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^\| (?<row>[A-Z]\w+\.\w+ \| [^|]+ \| [^|]+) \|",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000)]
    private static partial Regex Calls();

    [GeneratedRegex(@"^(export )?\w+=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"shard=\d+&after\.number=\d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex After();

    [GeneratedRegex(
        """^\{\s*"position":\s*\{\s*"shard":\s*(?<shard>\d+),\s*"number":\s*"(?<number>\d+)"\s*\}""",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Recorded();
}
