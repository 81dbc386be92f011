using System.Diagnostics;
using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Hostile.Tests.Hosts;

/// <summary>
/// A well-behaved client that asks for the steady payee over and over while others are hostile: each answer must come,
/// and be the same.
/// </summary>
internal sealed class Neighbour : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly RpcChannel _channel;
    private readonly Task _asking;

    private Neighbour(RpcChannel channel, Estimate expected)
    {
        _channel = channel;
        _asking = AskAsync(expected);
    }

    /// <summary>Answers until now.</summary>
    public int Answers { get; private set; }

    /// <summary>The longest that an answer took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Begins to ask; the company must be there.</summary>
    public static async Task<Neighbour> StartAsync(HostileServer server)
    {
        var channel = server.Connect();
        return new Neighbour(channel, await Company.EstimateAsync(channel, Company.Steady));
    }

    /// <summary>Asks no more; fails if an answer did not come or was wrong.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _asking;
        Assert.NotEqual(0, Answers);
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leaving.Dispose();
        _channel.Dispose();
    }

    private async Task AskAsync(Estimate expected)
    {
        while (!_leaving.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await Company.EstimateAsync(_channel, Company.Steady);
            Assert.Equal(expected.Components, answer.Components);
            var took = Stopwatch.GetElapsedTime(started);
            Longest = took > Longest ? took : Longest;
            Answers++;
        }
    }
}
