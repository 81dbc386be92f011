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
}
