using System.Net;
using System.Runtime.CompilerServices;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Embedded;
using Commission.Gateway.Grpc.Api;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Rpc;
using Google.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Silo.Tests;

/// <summary>A verification reads all there is: few go on at a time.</summary>
public sealed class VerificationLimitTests
{
    [Fact]
    public async Task Verify_ThirdAtATime_IsRefusedUntilOneEnds()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForRpc(any, any));
        await using var app = builder.Build();
        app.MapRpc(CommissionMethods.Create(
            new NoGrains(), new GatewaySettings(), TimeProvider.System, verify: (_, _, stop) => ForeverAsync(stop)));
        await app.StartAsync();
        using var channel = new RpcChannel(new Uri(app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.First()));

        var first = await BeginAsync(channel);
        await using var second = await BeginAsync(channel);
        var refused = await Assert.ThrowsAsync<RpcFailure>(() => BeginAsync(channel));
        await first.DisposeAsync();

        Assert.Equal(Code.ResourceExhausted, refused.Status);
        Assert.NotNull(refused.RetryAfter);
        await using var next = await BeginWhenThereIsRoomAsync(channel);
    }

    private static async Task<IAsyncEnumerator<VerifyUpdate>> BeginAsync(RpcChannel channel)
    {
        var verify = InspectReflection.Descriptor.Services[0].FindMethodByName("Verify");
        var updates = channel.ServerStreamAsync<VerifyRequest, VerifyUpdate>(verify, new VerifyRequest())
            .GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        return updates;
    }

    /// <summary>The server learns of the end of a call a moment later.</summary>
    private static async Task<IAsyncEnumerator<VerifyUpdate>> BeginWhenThereIsRoomAsync(RpcChannel channel)
    {
        while (true)
        {
            try
            {
                return await BeginAsync(channel);
            }
            catch (RpcFailure refused) when (refused.Status == Code.ResourceExhausted)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static async IAsyncEnumerable<VerifyUpdate> ForeverAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new VerifyUpdate();
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private sealed class NoGrains : IClusterClient
    {
        public IServiceProvider ServiceProvider => throw new NotSupportedException();

        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey => throw new NotSupportedException();
    }
}
