using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Commission.Style.Tests;

/// <summary>Habits that a compiler does not check.</summary>
public sealed partial class HabitTests
{
    [Fact]
    public void Test_ByItsName_SaysSubjectScenarioAndOutcome()
    {
        var misnamed = Repository.Files("tests", "*.cs").SelectMany(TestsOf)
            .Where(test => !SubjectScenarioOutcome().IsMatch(test.Name));

        Offences.None(misnamed.Select(test => $"{test.File}: {test.Name}"));
    }

    [Fact]
    public void Source_OfTheProduct_HasNoUnfinishedPlaces() =>
        Offences.None(Matches(Repository.Files("src", "*.cs"), Unfinished()));

    [Fact]
    public void Engine_ItsArithmetic_HasNoBinaryFloatingPoint() =>
        Offences.None(Matches(Repository.Files(Path.Combine("src", "Engine"), "*.cs"), BinaryFloatingPoint()));

    [Fact]
    public void Source_OfTheProduct_ReadsTimeFromTimeProviderOnly() =>
        Offences.None(Matches(Repository.Files("src", "*.cs"), ClockInPlace()));

    [Fact]
    public void Source_OfTheProduct_BlocksNoThread() =>
        Offences.None(Matches(Repository.Files("src", "*.cs"), Sleeping()));

    private static IEnumerable<(string File, string Name)> TestsOf(string file) =>
        CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot().DescendantNodes()
            .OfType<MethodDeclarationSyntax>()
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes)
                .Any(attribute => attribute.Name.ToString() is "Fact" or "Theory"))
            .Select(method => (file, method.Identifier.Text));

    private static IEnumerable<string> Matches(IEnumerable<string> files, Regex pattern) =>
        files.SelectMany(file => Repository.Read(file).Split('\n')
            .Select((text, i) => (Place: $"{file}:{i + 1}: {text.Trim()}", Code: text.Split("//")[0]))
            .Where(line => pattern.IsMatch(line.Code))
            .Select(line => line.Place));

    [GeneratedRegex("^[A-Za-z0-9]+_[A-Za-z0-9]+_[A-Za-z0-9]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SubjectScenarioOutcome();

    [GeneratedRegex("NotImplementedException|TODO|FIXME|HACK", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b(double|float)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BinaryFloatingPoint();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now|DateTime\.Today|Stopwatch\.StartNew",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ClockInPlace();

    [GeneratedRegex(@"Thread\.Sleep", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sleeping();
}
