using System.Text.Json;

namespace Commission.Interop.Tests;

/// <summary>A whole silo, seen by tools that know nothing of it.</summary>
public sealed class SiloTests
{
    [Fact]
    public async Task HealthAndReflection_ByForeignClients_AreUnderstood()
    {
        await using var silo = await SiloUnderTest.StartAsync();

        var output = await ForeignProgram.NodeAsync(
            "silo.mjs", silo.Grpc.Authority, Path.Combine(ForeignProgram.Root, "src", "Contracts", "proto"));

        Assert.Equal(
            ["health_check\tok", "health_watch\tok", "reflection_v1\tok", "reflection_v1alpha\tok"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Probes_ByCurl_AreAnswered()
    {
        await using var silo = await SiloUnderTest.StartAsync();

        var live = await ForeignProgram.CurlAsync(new Uri(silo.Json, "/health/live").ToString());
        var ready = await ForeignProgram.CurlAsync(
            "--retry", "10", "--retry-delay", "1", "--fail", new Uri(silo.Json, "/health/ready").ToString());

        Assert.Equal("""{"status":"LIVE"}""", live);
        Assert.EndsWith("""{"status":"SERVING"}""", ready, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApiDocument_ByForeignValidators_IsValidAndTrue()
    {
        await using var silo = await SiloUnderTest.StartAsync();

        var output = await ForeignProgram.NodeAsync("openapi.mjs", silo.Json.GetLeftPart(UriPartial.Authority));

        Assert.Equal(
            ["swagger_parser\tok", "schema_validator\tok", "operations\tok", "answers\tok", "page\tok"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task OpenApiDocument_OfASilo_HasEveryMethodWithAnHttpBinding()
    {
        await using var silo = await SiloUnderTest.StartAsync();
        using var document = JsonDocument.Parse(
            await ForeignProgram.CurlAsync("--fail", new Uri(silo.Json, "/openapi.json").ToString()));

        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("x-grpc-method").GetString()!);

        Assert.Equal(silo.MethodsWithHttp.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("https://crm.example", true)]
    [InlineData("https://other.example", false)]
    public async Task Preflight_OfAPage_IsAllowedToItsOriginAlone(string origin, bool isAllowed)
    {
        await using var silo = await SiloUnderTest.StartAsync(
            "--Commission:Listen:Origins", "https://console.example, https://crm.example");

        var answer = await ForeignProgram.CurlAsync(
            "--include", "--request", "OPTIONS", "--header", $"Origin: {origin}",
            "--header", "Access-Control-Request-Method: POST", "--header", "Access-Control-Request-Headers: x-grpc-web",
            new Uri(silo.Json, "/commission.v1.Earnings/GetEstimate").ToString());

        Assert.Equal(
            isAllowed, answer.Contains($"Access-Control-Allow-Origin: {origin}", StringComparison.OrdinalIgnoreCase));
    }
}
