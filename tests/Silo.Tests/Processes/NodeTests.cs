using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Processes;

/// <summary>A client that is not ours works with the .proto files as they are.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task GrpcJs_OnARealSilo_RecordsEstimatesPreviewsAndWatches()
    {
        if (!await NodePackages.IsNodeThereAsync())
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must have node.");
            Assert.Skip("NODE IS MISSING: the API was NOT tested with @grpc/grpc-js.");
        }

        var folder = await NodePackages.InstallAsync();
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);

        var protos = Path.Combine(RunningProgram.Root, "src", "Contracts", "proto");
        var output = await RunningProgram.RunAsync("node", folder, "silo.mjs", silo.GrpcAddress.Authority, protos);

        Assert.Equal(
            ["recorded 100, refused 1", "repeated 100", "estimated", "previewed", "watched", "refused", "all passed"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var estimate = await silo.Api.EstimateAsync("rep-282");
        Assert.Equal(100 * 1000.25m + 50_000m, estimate.Component("commission").Credited.ToDecimal());
    }
}
