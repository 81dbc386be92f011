using Commission.Gateway.Grpc;
using Commission.Silo.Hosting;
using Commission.Silo.Tests.Hosts;
using Commission.Storage;
using Google.Rpc;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Silo.Tests;

/// <summary>A silo whose store is out of reach.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Call_WhoseGrainCannotReadTheStore_IsUnavailableAndMayBeRepeated()
    {
        using var scratch = new Scratch();
        await using var app = await SiloHost.BuildAsync(["--Commission:Store:Folder", scratch.Store]);
        var expected = app.Services.GetRequiredService<MethodTable>().Expected!;

        var outage = expected(new StoreUnavailableException("Reading failed.", null, nothingWritten: true, true));

        Assert.Equal(RpcStatus.Unavailable, outage!.Status);
        Assert.Contains("Reading failed.", outage.Message, StringComparison.Ordinal);
        Assert.Single(outage.Details.OfType<RetryInfo>());
        Assert.Null(expected(new InvalidOperationException("a bug")));
    }

    [Fact]
    public async Task Call_WhoseGrainHasTooManyAlready_IsRefusedWithTheTimeToWait()
    {
        using var scratch = new Scratch();
        await using var app = await SiloHost.BuildAsync(["--Commission:Store:Folder", scratch.Store]);
        var expected = app.Services.GetRequiredService<MethodTable>().Expected!;

        var overload = expected(new Embedded.GrainOverloadedException());

        Assert.Equal(RpcStatus.ResourceExhausted, overload!.Status);
        Assert.Equal("OVERLOADED", overload.Details.OfType<ErrorInfo>().Single().Type);
        Assert.True(overload.Details.OfType<RetryInfo>().Single().RetryDelay.ToTimeSpan() > TimeSpan.Zero);
    }
}
