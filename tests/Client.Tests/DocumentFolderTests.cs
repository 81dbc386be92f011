using Commission.Client.Documents;

namespace Commission.Client.Tests;

public sealed class DocumentFolderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void LoadReps_Sample_HasManagersFirstAndAllQuotas()
    {
        var reps = DocumentFolder.LoadReps(Scratch.Sample("")).Value!;

        Assert.Equal(17, reps.Count);
        Assert.Equal(163, reps.Sum(rep => rep.Assignments.Single().Quotas["sales"].Amounts.Count));
        var quota = reps.Single(rep => rep.Rep_ == "rep-272").Assignments[0].Quotas["sales"];
        Assert.Equal(("quarter", "28000"), (quota.Window, quota.Amounts["2018-Q1"]));
        Assert.Equal(14, reps.Count(rep => rep.Manager.Length > 0));
        Assert.All(reps.Index().Where(rep => rep.Item.Manager.Length > 0), rep =>
            Assert.Contains(reps.Take(rep.Index), before => before.Rep_ == rep.Item.Manager));
    }

    [Fact]
    public void LoadReps_Sample_PlansExist()
    {
        var plans = DocumentFolder.LoadPlans(Scratch.Sample(""));
        var used = DocumentFolder.LoadReps(Scratch.Sample("")).Value!.Select(rep => rep.Assignments[0].Plan).Distinct();

        var written = plans.Select(plan => Path.GetFileNameWithoutExtension(plan.Path));
        Assert.Equal(used.Order(StringComparer.Ordinal), written);
        Assert.All(plans, plan => Assert.Contains(
            $"plan: {Path.GetFileNameWithoutExtension(plan.Path)}\n", plan.Request.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void LoadTerritories_Sample_HasParentsFirst()
    {
        var territories = DocumentFolder.LoadTerritories(Scratch.Sample("")).Value!;

        Assert.Equal(13, territories.Count);
        Assert.Equal(3, territories.TakeWhile(territory => territory.Parent.Length == 0).Count());
        Assert.Equal("rollup", territories[0].Members.Single().Role);
        var canada = territories.Single(territory => territory.Territory_ == "canada");
        Assert.Equal(("territory", "canada"), (canada.When[0].Field, canada.When[0].AnyOf.Single()));
    }

    [Fact]
    public void LoadTerritories_Conditions_AreThoseOfPlans()
    {
        _scratch.Write("territories.yaml", """
            territories:
              - territory: t
                when: { size: { min: 10, max: 20 }, kind: [a, b], state: { not: [x, y] } }
            """);

        var when = DocumentFolder.LoadTerritories(_scratch.Folder).Value![0].When;

        Assert.Equal(("10", "20"), (when[0].Min, when[0].Max));
        Assert.Equal(["a", "b"], when[1].AnyOf);
        Assert.Equal(["x", "y"], when[2].NoneOf);
    }

    [Theory]
    [InlineData("reps:\n  - rep: a\n    nam: A\n", 3, "'name'?")]
    [InlineData("reps:\n  - name: A\n", 2, "'rep' is missing")]
    [InlineData("reps:\n  - rep: a\n    assignments:\n      - plan: p\n", 4, "'from' is missing")]
    [InlineData("reps:\n  - rep: a\n    manager: b\n  - rep: b\n    manager: a\n", 1, "above itself")]
    [InlineData("reps:\n  - rep: a\n  - rep: a\n    name: other\n", 1, "twice")]
    [InlineData("reps: 5\n", 1, "list")]
    public void LoadReps_Mistake_SaysWhere(string text, long line, string says)
    {
        _scratch.Write("reps.yaml", text);

        var read = DocumentFolder.LoadReps(_scratch.Folder);

        Assert.Null(read.Value);
        Assert.Contains(read.Problems, problem =>
            problem.Line == line && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_EmptyFolder_HasNothing()
    {
        Assert.Empty(DocumentFolder.LoadPlans(_scratch.Folder));
        Assert.Empty(DocumentFolder.LoadReps(_scratch.Folder).Value!);
        Assert.Empty(DocumentFolder.LoadTerritories(_scratch.Folder).Value!);
    }
}
