using Commission.Client.Import;

namespace Commission.Client.Tests;

public sealed class MappingFormatTests
{
    private const string Smallest = """
        source: crm
        deal: id
        credited: date
        status: { constant: won }
        currency: currency
        amount: value
        owners: [ { rep: owner } ]
        """;

    [Fact]
    public void Parse_Smallest_NamesColumns()
    {
        var mapping = Scratch.Mapping(Smallest);

        Assert.Equal(["id", "date", "currency", "value", "owner"], mapping.Columns);
        Assert.Null(mapping.Group);
        Assert.Equal("yyyy-MM-dd", mapping.Credited.Format);
    }

    [Fact]
    public void Parse_Sample_Valid()
    {
        var read = MappingFormat.Load(Scratch.Sample("mapping.yaml"));

        Assert.Empty(read.Problems);
        Assert.Equal("order", read.Value!.Group);
    }

    [Theory]
    [InlineData("amount: value", "amont: value", 6, "Did you mean 'amount'?")]
    [InlineData("amount: value", "amount: summ(value)", 6, "Did you mean 'sum'?")]
    [InlineData("amount: value", "amount: sum(value) by kind", 6, "`by` is for fields only")]
    [InlineData("amount: value", "amount: order total", 6, "[order total]")]
    [InlineData("amount: value", "amount: sum()", 6, "name is missing")]
    [InlineData("source: crm", "source: my crm", 1, "letters, digits")]
    [InlineData("{ constant: won }", "{ column: stage, values: { Done: closed } }", 4, "open, won, lost, cancelled")]
    [InlineData("[ { rep: owner } ]", "[ { rep: owner, split: owners } ]", 7, "either `rep` or `split`")]
    [InlineData("amount: value", "amount: value\ndelimiter: ';;'", 7, "one character")]
    [InlineData("amount: value", "amount: value\nheader: false", 7, "`columns`")]
    [InlineData("amount: value", "amount: value\nmax-rows: 0", 7, "whole number")]
    [InlineData("amount: value", "amount: value\nfields: { \"{kind}_amount\": value }", 7, "by column")]
    [InlineData("amount: value", "amount: value\nfields: { total: sum(value) by kind }", 7, "{kind}")]
    [InlineData("[ { rep: owner } ]", "[", 8, "")]
    [InlineData("amount: value", "amount: [", 7, "not closed")]
    [InlineData("amount: value", "amount: a: b", 6, "")]
    public void Parse_Mistake_SaysLineAndWhat(string right, string wrong, int line, string says)
    {
        var read = MappingFormat.Parse(Smallest.Replace(right, wrong, StringComparison.Ordinal), "map.yaml");

        Assert.Null(read.Value);
        Assert.Contains(read.Problems, problem =>
            problem.Line == line && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_SeveralMistakes_AllReported()
    {
        var read = MappingFormat.Parse("source: crm\nfoo: 1\nbar: 2\n", "map.yaml");

        Assert.Contains(read.Problems, problem => problem.Message == "There is no field 'foo' here.");
        Assert.Contains(read.Problems, problem => problem.Message == "There is no field 'bar' here.");
        Assert.Contains(read.Problems, problem => problem.Message == "The field 'deal' is missing.");
        Assert.Contains(read.Problems, problem => problem.Message == "The field 'owners' is missing.");
    }

    [Fact]
    public void Load_NoFile_IsAProblem() =>
        Assert.Single(MappingFormat.Load(Path.Combine(Scratch.Repository, "no-such.yaml")).Problems);
}
