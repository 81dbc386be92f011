using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Silo.Tests.Clients;

/// <summary>What can be checked of the clients that can't run here: Salesforce's and the phone's.</summary>
public sealed partial class ClientContractTests(ThreeYears company)
{
    private static readonly string Salesforce =
        Path.Combine(ForeignPrograms.Samples, "salesforce", "force-app", "main", "default");

    [Fact]
    public async Task SourcesThatCannotRunHere_AgainstTheOpenApiDocument_Hold()
    {
        await ForeignPrograms.RequireNodeAsync();
        var document = Path.Combine(AppContext.BaseDirectory, "openapi-of-clients.json");
        await File.WriteAllTextAsync(document, await company.Silo.Json.GetStringAsync("/openapi.json"));
        await using var checks = await ForeignPrograms.StartScriptAsync(
            "contract.mjs", ForeignPrograms.Samples, document);
        var (code, errors) = await checks.EndAsync();

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(["compiled", "apex", "mobile"], checks.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task ApexTest_WhatItSaysIsSent_IsAnsweredByARealSiloAsItSays()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Salesforce, "classes", "CommissionApiTest.cls"));
        var literals = Literals().Matches(source).ToDictionary(
            match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);
        using var body = new StringContent(literals["SENT"], Encoding.UTF8, "application/json");
        using var answer = await company.Silo.Json.PostAsync("/v1/reps/rep-282/preview", body);

        var expected = JsonParser.Default.Parse<Preview>(literals["ANSWERED"]);
        var preview = JsonParser.Default.Parse<Preview>(await answer.Content.ReadAsStringAsync());
        Assert.Equal((expected.Rep, expected.Earned), (preview.Rep, preview.Earned));
    }

    [Fact]
    public void SalesforceMetadata_EachSource_HasItsOwn()
    {
        var sources = Directory.EnumerateFiles(Salesforce, "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cls", StringComparison.Ordinal)
                || file.EndsWith(".js", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(3, sources.Count);
        Assert.All(sources, source => Assert.Equal(
            "http://soap.sforce.com/2006/04/metadata", XDocument.Load(source + "-meta.xml").Root!.Name.NamespaceName));
    }

    [GeneratedRegex(@"String (?<name>[A-Z]+) =\s+'(?<value>[^']+)';", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literals();
}
