using System.Text.Json;

namespace Commission.Engine.Tests.Format;

public sealed class CaseFileTests
{
    [Theory]
    [InlineData("published.json", 72)]
    [InlineData("peers.json", 88)]
    [InlineData("reference.json", 300)]
    public void ParseCases_CaseFile_HasNoErrors(string file, int count)
    {
        var parsed = PlanFormat.ParseCases(CaseFiles.Read(file));

        Assert.Empty(parsed.Problems.Where(problem => problem.Severity == ProblemSeverity.Error));
        Assert.Equal(count, parsed.Value.Length);
    }

    [Theory]
    [InlineData("published.json")]
    [InlineData("peers.json")]
    [InlineData("reference.json")]
    public void ParseCases_CaseFile_KeepsEveryFigure(string file)
    {
        var cases = PlanFormat.ParseCases(CaseFiles.Read(file)).Value;
        using var json = JsonDocument.Parse(CaseFiles.Read(file));

        Assert.Equal(json.RootElement.GetArrayLength(), cases.Length);
        foreach (var (written, read) in json.RootElement.EnumerateArray().Zip(cases))
        {
            Assert.Equal(written.GetProperty("id").GetString(), read.Id);
            Assert.Equal(written.GetProperty("plan").GetProperty("components").GetArrayLength(),
                read.Plans[0].Components.Length);
            Assert.Equal(
                written.GetProperty("credits").GetArrayLength(), read.Credits.Sum(credit => credit.Roles.Length));
            Assert.Equal(Lengths(written.GetProperty("expect")), Lengths(read.Expect));
        }
    }

    [Fact]
    public void ParseCases_CreditsOfOneDeal_BecomeOneCreditWithRoles()
    {
        var cases = PlanFormat.ParseCases(CaseFiles.Read("reference.json")).Value;

        var credits = cases.SelectMany(one => one.Credits).ToList();
        Assert.Equal(2657, credits.Sum(credit => credit.Roles.Length));
        Assert.Equal(2657 - 353, credits.Count);
        Assert.All(credits, credit =>
            Assert.Equal(credit.Roles.Length, credit.Roles.Select(role => role.Role).Distinct().Count()));
    }

    private static (int Windows, int Statements, int Deals) Lengths(JsonElement expect) =>
        (Length(expect, "windows"), Length(expect, "statements"), Length(expect, "deals"));

    private static (int Windows, int Statements, int Deals) Lengths(Expectations? expect) =>
        expect is null ? (-1, -1, -1) : (expect.Windows.Length, expect.Statements.Length, expect.Deals.Length);

    private static int Length(JsonElement map, string name) =>
        map.TryGetProperty(name, out var list) ? list.GetArrayLength() : 0;
}
