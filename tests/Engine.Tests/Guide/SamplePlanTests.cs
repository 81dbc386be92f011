using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Guide;

namespace Commission.Engine.Tests.Guide;

/// <summary>The sample plans are valid, and every figure that their pages show is what the engine computes.</summary>
public sealed partial class SamplePlanTests
{
    private static readonly string Folder = Path.Combine("samples", "plans");

    public static TheoryData<string> Roles() =>
    [
        .. Directory.GetDirectories(Path.Combine(GuideBlock.Repository, Folder))
            .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Samples_Roles_AreThoseOfTheTable()
    {
        var listed = GuideBlock.Read(Path.Combine(Folder, "README.md"))[0].Rows().Skip(1)
            .Select(row => row[0].Split('[', ']')[1]).Order(StringComparer.Ordinal);

        Assert.Equal(Roles().Select(row => row.Data), listed);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Sample_Plan_HasNoProblemsAndIsThatOfItsCase(string role)
    {
        var text = Read(role, "plans", role + ".yaml");
        var indented = string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"  {line}\n"));

        Assert.Empty(PlanFormat.ParsePlan(text).Problems);
        Assert.Contains("plan:\n" + indented, Read(role, "case.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Sample_Case_GivesTheFiguresWorkedOutByHand(string role)
    {
        var example = Case(role);
        var found = Engine.Conformance.Evaluate(example);

        Assert.NotEmpty(example.Expect!.Windows);
        Assert.Empty(Engine.Conformance.Differences(example, found));
        Assert.Equal(Earned(found), example.Expect.Statements.Sum(statement => statement.Earned));
        Assert.Equal(Earned(found), example.Expect.Deals.Sum(deal => deal.Earned));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Sample_RepWithThePlan_EarnsTheSame(string role)
    {
        var example = Case(role);
        var reps = GuideYaml.Map(Read(role, "reps.yaml")).Items("reps")
            .Select(rep => PlanFormat.ParseRep(rep.Json())).ToList();
        Assert.All(reps, rep => Assert.Empty(rep.Problems));
        var assignment = Assert.Single(reps, rep => rep.Value!.Assignments.Length > 0).Value!.Assignments.Single();

        Assert.Empty(PlanFormat.Check(example.Plans[0], assignment));
        var applied = example with { Assignment = assignment };
        Assert.Empty(Engine.Conformance.Differences(applied, Engine.Conformance.Evaluate(applied)));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Sample_Deals_AreThoseOfTheCase(string role)
    {
        var lines = Read(role, "deals.csv").TrimEnd('\n').Split('\n').Select(line => line.Split(',')).ToList();
        var columns = lines[0];

        Assert.Equal(
            Case(role).Credits.Select(credit => Text(columns, credit.Deal)).Order(StringComparer.Ordinal),
            lines.Skip(1).Select(cells => Text(columns, cells)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Sample_Page_ShowsEveryDealAndStatementAsComputed(string role)
    {
        var found = Engine.Conformance.Evaluate(Case(role));
        var tables = GuideBlock.Read(Path.Combine(Folder, role, "README.md")).Select(block => block.Rows()).ToList();
        var deals = Assert.Single(tables, rows => rows[0][0] == "deal");
        var statements = Assert.Single(tables, rows => rows[0][0] == "statement");

        Assert.Equal(
            found.Deals.Select(deal => deal.Deal).Order(StringComparer.Ordinal),
            deals.Skip(1).Select(row => row[0]).Order(StringComparer.Ordinal));
        Assert.Equal(Earned(found), statements.Skip(1).Sum(row => Money(row[1])));
        Assert.All(deals.Skip(1), row => IsComputed(deals[0], row, found.Deals.Single(deal => deal.Deal == row[0])));
        Assert.All(statements.Skip(1), row => IsComputed(
            statements[0], row, found.Statements.Single(one => one.Statement.Period == row[0]).Statement));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Sample_PageLinks_LeadToFilesThatExist(string role)
    {
        var links = Links().Matches(Read(role, "README.md")).Select(link => link.Groups["to"].Value)
            .Concat(Links().Matches(Read("README.md")).Select(link => Path.Combine("..", link.Groups["to"].Value)));
        var folder = Path.Combine(GuideBlock.Repository, Folder, role);

        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(folder, link)), link));
    }

    private static void IsComputed(string[] columns, string[] row, DealEarning deal)
    {
        var components = deal.Components.ToDictionary(part => part.Component, part => part.Earned);
        Assert.Equal(deal.Total, Money(row[^1]));
        Assert.All(columns.Index().Where(column => components.ContainsKey(column.Item)), column =>
            Assert.Equal(components[column.Item], Money(row[column.Index])));
        Assert.All(components.Where(part => part.Value != 0), part => Assert.Contains(part.Key, columns));
    }

    private static void IsComputed(string[] columns, string[] row, Statement statement)
    {
        Assert.Equal(["statement", "earned", "paid"], columns[..3]);
        Assert.Equal((statement.Earned, statement.Paid), (Money(row[1]), Money(row[2])));
        Assert.Equal(statement.DrawBalance, columns.Length > 3 ? Money(row[3]) : 0m);
    }

    private static string Text(string[] columns, Deal deal)
    {
        var amount = deal.Amount.ToString(CultureInfo.InvariantCulture);
        var quantity = deal.Quantity?.ToString(CultureInfo.InvariantCulture);
        return Text(columns, [
            .. columns.Select(column => column switch
            {
                "deal" => deal.Id,
                "date" => deal.Credited.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                "amount" => amount,
                "quantity" => quantity ?? "",
                _ => deal.Fields.GetValueOrDefault(column) ?? "",
            }),
        ]);
    }

    // Owners and currency are not in a case.
    private static string Text(string[] columns, string[] cells) => string.Join(' ', columns.Zip(cells)
        .Where(cell => cell.First is not ("owners" or "currency") && cell.Second.Length > 0)
        .Select(cell => cell.First == "amount"
            ? decimal.Parse(cell.Second, CultureInfo.InvariantCulture).ToString("0.00", CultureInfo.InvariantCulture)
            : cell.Second));

    private static decimal Earned(Evaluation found) => found.Deals.Sum(deal => deal.Total);

    private static decimal Money(string text) => decimal.Parse(
        text, NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
        CultureInfo.InvariantCulture);

    private static ConformanceCase Case(string role)
    {
        var parsed = PlanFormat.ParseCases(Read(role, "case.yaml"));
        Assert.Empty(parsed.Problems);
        return Assert.Single(parsed.Value);
    }

    private static string Read(params string[] path) =>
        File.ReadAllText(Path.Combine([GuideBlock.Repository, Folder, .. path]));

    [GeneratedRegex(@"\]\((?<to>[^)#:]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
