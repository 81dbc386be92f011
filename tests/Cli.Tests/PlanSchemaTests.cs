using System.Text.Json;

namespace Commission.Cli.Tests;

public sealed class PlanSchemaTests
{
    [Theory]
    [InlineData("urn:commission:plan:1")]
    [InlineData("urn:commission:plan:1", "plan")]
    [InlineData("urn:commission:rep:1", "rep")]
    [InlineData("urn:commission:case:1", "case")]
    public async Task Schema_OfADocument_IsPrintedAsJson(string id, params string[] document)
    {
        var ran = await Shell.OfflineAsync(["plan", "schema", .. document]);

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(id, JsonDocument.Parse(ran.Out).RootElement.GetProperty("$id").GetString());
    }

    [Fact]
    public async Task Schema_OfNoDocument_IsRefusedWithTheWords() =>
        Assert.Contains("'case'", (await Shell.OfflineAsync("plan", "schema", "deal")).Error, StringComparison.Ordinal);
}
