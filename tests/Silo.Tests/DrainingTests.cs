using Commission.Embedded.Simulation;
using Commission.Gateway.Grpc.Health;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Commission.Silo.Tests.Hosts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Silo.Tests;

/// <summary>What a silo that is told to stop does first.</summary>
public sealed class DrainingTests
{
    private readonly VirtualTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly HealthState _health = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    private DrainingLifetime Draining => new(
        _health,
        new SiloSettings { Cluster = new ClusterSettings { DrainSeconds = 10 } },
        _lifetime,
        _time,
        NullLogger<DrainingLifetime>.Instance);

    [Fact]
    public void Stop_WithADrain_RefusesByHealthAndGoesOnForItsTime()
    {
        using var draining = Draining;
        _health.Serve();

        draining.Stop();

        Assert.Equal("The silo is stopping.", _health.Reason);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public void Stop_ASecondTime_IsAtOnce()
    {
        using var draining = Draining;
        draining.Stop();

        draining.Stop();

        Assert.True(_lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("5", true)]
    public async Task Silo_BySetting_DrainsOrNot(string seconds, bool drains)
    {
        using var scratch = new Scratch();
        await using var app = await SiloHost.BuildAsync(
            ["--Commission:Store:Folder", scratch.Store, "--Commission:Cluster:DrainSeconds", seconds]);

        Assert.Equal(drains, app.Services.GetRequiredService<IHostLifetime>() is DrainingLifetime);
    }
}
