using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Client.Tests;

/// <summary>How failures of the connection are told.</summary>
public sealed class RpcChannelTests
{
    [Fact]
    public async Task Call_CancelledByNobodyButTheConnection_IsUnavailable()
    {
        using var channel = Broken(new TaskCanceledException());

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => AskAsync(channel, CancellationToken.None));

        Assert.Equal(Code.Unavailable, failure.Status);
    }

    [Fact]
    public async Task Call_CancelledByItsCaller_IsCancelled()
    {
        using var channel = Broken(new TaskCanceledException());
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(channel, caller.Token));

        Assert.Equal(caller.Token, cancelled.CancellationToken);
    }

    private static RpcChannel Broken(Exception failure) =>
        new(new Uri("http://nowhere.example"), new RpcChannelOptions { Handler = new FailingHandler(failure) });

    private static Task<Estimate> AskAsync(RpcChannel channel, CancellationToken cancellation) =>
        channel.UnaryAsync<GetEstimateRequest, Estimate>(
            EarningsReflection.Descriptor.Services[0].FindMethodByName("GetEstimate"),
            new GetEstimateRequest { Rep = "ann" },
            cancellationToken: cancellation);

    private sealed class FailingHandler(Exception failure) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(failure);
    }
}
