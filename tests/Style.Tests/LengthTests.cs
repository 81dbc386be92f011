namespace Commission.Style.Tests;

/// <summary>Functions, files and lines stay short.</summary>
public sealed class LengthTests
{
    private const int LongestFunction = 60;
    private const int UsualFunction = 20;
    private const int LongestFile = 400;
    private const int LongestLine = 120;

    [Fact]
    public void Function_OfAnySource_HasAtMostSixtyLines()
    {
        var tooLong = Repository.Sources().SelectMany(Repository.Functions)
            .Where(function => function.Lines > LongestFunction)
            .Select(function => $"{function.File}: {function.Name} has {function.Lines} lines");

        Offences.None(tooLong);
    }

    [Fact]
    public void Functions_OfTheProduct_AreMostlyUnderTwentyLines()
    {
        var lengths = Repository.Files("src", "*.cs").SelectMany(Repository.Functions)
            .Select(function => function.Lines).Order().ToList();

        Assert.NotEmpty(lengths);
        Assert.InRange(lengths[lengths.Count * 9 / 10], 1, UsualFunction);
    }

    [Fact]
    public void File_OfAnySource_HasAtMostFourHundredLines()
    {
        var tooLong = Repository.Sources().Select(file => (file, Lines: Repository.Read(file).Count(c => c == '\n')))
            .Where(entry => entry.Lines > LongestFile)
            .Select(entry => $"{entry.file} has {entry.Lines} lines");

        Offences.None(tooLong);
    }

    [Fact]
    public void Line_OfAnySource_HasAtMostOneHundredTwentyColumns()
    {
        var tooLong = Repository.Sources().Concat(Repository.Files("src", "*.proto"))
            .SelectMany(file => Repository.Read(file).Split('\n')
                .Select((text, i) => (Place: $"{file}:{i + 1}", text.Length)))
            .Where(line => line.Length > LongestLine)
            .Select(line => $"{line.Place} has {line.Length} columns");

        Offences.None(tooLong);
    }
}
