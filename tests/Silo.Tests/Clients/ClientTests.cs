using System.Globalization;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests.Clients;

/// <summary>The clients of samples/clients that can run here, each as a payee with a token of his own.</summary>
[Collection(nameof(ClientCompany))]
public sealed class ClientTests(ClientCompany company)
{
    // As README.md shows it for a deal of 400,000.
    private const string Pays = "6,252.83 USD";
    private const string ByJson = "python3 python/by_json.py";
    private const string ByGrpc = $"{ForeignPrograms.Python} python/by_grpc.py";

    private Uri Json => company.Silo.Json.BaseAddress!;

    private Uri Grpc => company.Silo.GrpcAddress;

    [Fact]
    public async Task PythonByJson_EstimateAndPreview_AreTheRealFigures()
    {
        await ForeignPrograms.RequireAsync("python3 --version", "python3");

        Assert.Equal(
            await LindasLineAsync(),
            await ForeignPrograms.RunAsync($"{ByJson} estimate rep-282", Json, await LindaAsync()));
        Assert.Equal(
            $"pays rep-282 {Pays} on plan reseller-15",
            await ForeignPrograms.RunAsync($"{ByJson} preview rep-282 400000", Json, await LindaAsync()));
    }

    [Fact]
    public async Task PythonByGrpc_EstimateAndPreview_AreTheRealFigures()
    {
        await ForeignPrograms.RequireGrpcioAsync();

        Assert.Equal(
            await LindasLineAsync(),
            await ForeignPrograms.RunAsync($"{ByGrpc} estimate rep-282", Grpc, await LindaAsync()));
        Assert.Equal(
            $"pays rep-282 {Pays} on plan reseller-15",
            await ForeignPrograms.RunAsync($"{ByGrpc} preview rep-282 400000", Grpc, await LindaAsync()));
        Assert.Contains(
            "WatchEstimate(WatchEstimateRequest) returns (stream EstimateUpdate)",
            await ForeignPrograms.RunAsync($"{ByGrpc} describe commission.v1.Earnings", Grpc, ""),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PythonByJson_Watch_ShowsADealThatIsSold()
    {
        await ForeignPrograms.RequireAsync("python3 --version", "python3");
        await ShowsASaleAsync($"{ByJson} watch rep-284 2", Json, "rep-284");
    }

    [Fact]
    public async Task PythonByGrpc_Watch_ShowsADealThatIsSold()
    {
        await ForeignPrograms.RequireGrpcioAsync();
        await ShowsASaleAsync($"{ByGrpc} watch rep-285 2", Grpc, "rep-285");
    }

    [Theory]
    [InlineData(ByJson, "rep-281", "rep: No payee has the id 'rep-281'.")]
    [InlineData(ByGrpc, "rep-281", "NOT_FOUND: rep: No payee has the id 'rep-281'.")]
    public async Task Python_SomebodyElsesPay_IsRefused(string client, string rep, string message)
    {
        await ForeignPrograms.RequireGrpcioAsync();
        var server = string.Equals(client, ByJson, StringComparison.Ordinal) ? Json : Grpc;
        await using var ran = ForeignPrograms.Start($"{client} estimate {rep}", server, await LindaAsync());

        Assert.Equal((1, message), Trimmed(await ran.EndAsync()));
    }

    [Fact]
    public async Task Node_AllItsPrograms_ShowTheRealFigures()
    {
        await ForeignPrograms.RequireNodeAsync();
        using var mine = await NodePackages.EnterSampleAsync();
        await ForeignPrograms.RunAsync("npm ci --prefix node --ignore-scripts", Grpc, "");

        Assert.Contains(
            "quarter to date: 11,439.94 USD, year to date: 60,535.53 USD",
            await ForeignPrograms.RunAsync("node node/estimate.mjs rep-282", Grpc, await LindaAsync()),
            StringComparison.Ordinal);
        Assert.StartsWith(
            $"A deal of 400,000.00 USD on 2020-06-30 pays rep-282 {Pays} on plan reseller-15",
            await ForeignPrograms.RunAsync("node node/preview.mjs rep-282 400000", Grpc, await LindaAsync()),
            StringComparison.Ordinal);
        await using var watch = ForeignPrograms.Start(
            "node node/watch.mjs rep-286", Grpc, await company.TokenAsync("rep-286"));
        await watch.LineAsync("change ");
        var sold = await company.SellAsync("rep-286", "node-sale", 1000);
        Assert.Contains($"earned {Text(sold.Earned)}", await watch.LineAsync("change "), StringComparison.Ordinal);
        await watch.SignalAsync("INT");
        Assert.Equal((0, ""), await watch.EndAsync());
    }

    [Fact]
    public async Task Browser_FromAnotherOrigin_ShowsTheEstimateLiveAndAPreview()
    {
        await ForeignPrograms.RequireNodeAsync();
        await ForeignPrograms.RequireAsync("${CHROMIUM:-/usr/bin/chromium} --version", "chromium");
        var before = await company.Api.EstimateAsync("rep-289");
        var preview = await company.Api.PreviewAsync("rep-289", new Deal { Amount = 400_000m.ToMoney() });
        await using var page = await ForeignPrograms.StartScriptAsync(
            "browser.mjs", company.Page, Json.ToString(), await company.TokenAsync("rep-289"), "rep-289", "400000");

        Assert.EndsWith("No payee has the id 'nobody'.", await page.LineAsync("refused"), StringComparison.Ordinal);
        Assert.Equal($"pays\tIt pays {Text(preview.Earned)}.", await page.LineAsync("pays"));
        Assert.Contains(
            $"quarter {Text(before.QuarterToDate)}, year {Text(before.YearToDate)}",
            await page.LineAsync("details"),
            StringComparison.Ordinal);
        Assert.Equal($"earned\t{Text(before.Earned)}", await page.LineAsync("earned"));
        var sold = await company.SellAsync("rep-289", "page-sale", 1000);
        Assert.Equal($"earned\t{Text(sold.Earned)}", await page.LineAsync("earned"));
        Assert.Equal((0, ""), await page.EndAsync());
    }

    private Task<string> LindaAsync() => company.TokenAsync("rep-282");

    private async Task ShowsASaleAsync(string command, Uri server, string rep)
    {
        await using var watch = ForeignPrograms.Start(command, server, await company.TokenAsync(rep));
        await watch.LineAsync("change ");
        var sold = await company.SellAsync(rep, $"{rep}-sale", 1000);

        var line = await watch.LineAsync("change ");
        Assert.StartsWith($"change {sold.AsOf.Sequence} (+0): ", line, StringComparison.Ordinal);
        Assert.EndsWith(LineOf(sold), line, StringComparison.Ordinal);
        Assert.Equal((0, ""), await watch.EndAsync());
    }

    private async Task<string> LindasLineAsync()
    {
        var line = LineOf(await company.Api.EstimateAsync("rep-282"));
        Assert.EndsWith("quarter 11,439.94 USD, year 60,535.53 USD", line, StringComparison.Ordinal);
        return line;
    }

    private static string LineOf(Estimate figures) => $"{figures.Name}, {figures.Statement.Name}: earned "
        + $"{Text(figures.Earned)}, quarter {Text(figures.QuarterToDate)}, year {Text(figures.YearToDate)}";

    private static string Text(Money money) =>
        string.Create(CultureInfo.InvariantCulture, $"{money.ToDecimal():#,##0.00} {money.Currency}");

    private static (int, string) Trimmed((int Code, string Errors) end) => (end.Code, end.Errors.Trim());
}

/// <summary>Both classes record deals in one silo.</summary>
[CollectionDefinition(nameof(ClientCompany))]
public sealed class ClientCompanyTests : ICollectionFixture<ClientCompany>;
