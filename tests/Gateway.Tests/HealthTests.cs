using System.Net;
using Commission.Client;
using Commission.Contracts.Health;
using Commission.Gateway.Grpc.Health;
using Google.Rpc;
using static Commission.Contracts.Health.HealthCheckResponse.Types;

namespace Commission.Gateway.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("")]
    [InlineData("testing.Echo")]
    [InlineData("grpc.health.v1.Health")]
    public async Task Check_KnownService_HasTheStatusOfTheProcess(string service)
    {
        var state = new HealthState();
        await using var host = await StartAsync(state);

        Assert.Equal(ServingStatus.NotServing, await CheckAsync(host, service));
        state.Serve();
        Assert.Equal(ServingStatus.Serving, await CheckAsync(host, service));
        state.Refuse("The store is out of reach.");
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(host, service));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var host = await StartAsync(new HealthState());

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => CheckAsync(host, "testing.Nothing"));

        Assert.Equal(Code.NotFound, failure.Status);
    }

    [Fact]
    public async Task Watch_EveryChange_IsTold()
    {
        var state = new HealthState();
        await using var host = await StartAsync(state);
        await using var watch = Watch(host, "testing.Echo").GetAsyncEnumerator();

        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        state.Serve();
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        state.Refuse("The store is out of reach.");
        state.Refuse("The store does not answer.");
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        state.Serve();
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        state.Stop("The silo is stopping.");
        state.Serve();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_UnknownService_SaysSoAndGoesOn()
    {
        var state = new HealthState();
        await using var host = await StartAsync(state);
        using var leave = new CancellationTokenSource();
        await using var watch = Watch(host, "testing.Nothing").GetAsyncEnumerator(leave.Token);

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        var next = watch.MoveNextAsync().AsTask();
        state.Serve();
        Assert.Equal(ServingStatus.Serving, await CheckAsync(host, ""));
        Assert.False(next.IsCompleted);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Probes_OverHttp_TellLiveFromReady()
    {
        var state = new HealthState();
        await using var host = await StartAsync(state);

        Assert.Equal((HttpStatusCode.OK, """{"status":"LIVE"}"""), await GetAsync(host, "/health/live"));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, """{"status":"NOT_SERVING","reason":"The silo is starting."}"""),
            await GetAsync(host, "/health/ready"));
        state.Serve();
        Assert.Equal((HttpStatusCode.OK, """{"status":"SERVING"}"""), await GetAsync(host, "/health/ready"));
    }

    private static Task<EchoHost> StartAsync(HealthState state) =>
        EchoHost.StartAsync(table => HealthMethods.AddTo(table, state), map: app => app.MapHealth(state));

    private static async Task<ServingStatus> CheckAsync(EchoHost host, string service)
    {
        var method = HealthReflection.Descriptor.Services[0].FindMethodByName("Check");
        return (await host.Channel.UnaryAsync<HealthCheckRequest, HealthCheckResponse>(
            method, new HealthCheckRequest { Service = service })).Status;
    }

    private static IAsyncEnumerable<HealthCheckResponse> Watch(EchoHost host, string service) =>
        host.Channel.ServerStreamAsync<HealthCheckRequest, HealthCheckResponse>(
            HealthReflection.Descriptor.Services[0].FindMethodByName("Watch"),
            new HealthCheckRequest { Service = service });

    private static async Task<ServingStatus> NextAsync(IAsyncEnumerator<HealthCheckResponse> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current.Status;
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(EchoHost host, string path)
    {
        using var response = await host.Raw.GetAsync(new Uri(host.JsonAddress, path));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
