using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Orleans.Tests.Cluster;

/// <summary>
/// Clients that record a random company's events, each again until it is acknowledged, while silos come and go.
/// </summary>
internal sealed class Load : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _acknowledged = new(0);
    private readonly Lock _choosing = new();
    private readonly World _world;
    private readonly Company _company;
    private readonly Task _running;
    private int _retried;
    private int _count;

    public Load(World world, Company company, int clients)
    {
        (_world, _company) = (world, company);
        _running = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(RecordAllAsync)));
    }

    /// <summary>Acknowledgements that came.</summary>
    public int Acknowledged => _count;

    /// <summary>Calls that failed, or were refused, and were repeated.</summary>
    public int Retried => _retried;

    /// <summary>Returns when so many more acknowledgements have come.</summary>
    public async Task UntilAcknowledgedAsync(int more)
    {
        for (var i = 0; i < more; i++)
        {
            // The clients end before they are told to only by failing.
            await await Task.WhenAny(_acknowledged.WaitAsync(), _running);
        }
    }

    /// <summary>Begins no further event, and returns when every one that was begun is acknowledged.</summary>
    public async Task StopAsync()
    {
        await _over.CancelAsync();
        await _running;
    }

    /// <summary>The log holds what was acknowledged, in that order, and nothing else.</summary>
    public static async Task CheckLogAsync(World world)
    {
        var logged = new List<RecordRequest>();
        for (var shard = 0; shard < world.Host.Settings.Shards; shard++)
        {
            var records = await world.Host.Store.Log.ReadAsync(shard, 0, int.MaxValue, default);
            logged.AddRange(records.Select(record => LoggedEvent.Parser.ParseFrom(record.Payload.Span).Request));
        }

        Assert.Equal(world.Log, logged);
        Assert.Equal(logged.Count, logged.Select(request => request.EventId).Distinct(StringComparer.Ordinal).Count());
    }

    public void Dispose()
    {
        _over.Dispose();
        _acknowledged.Dispose();
    }

    private async Task RecordAllAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var request = Next();
            while (!await TryRecordAsync(request))
            {
                Interlocked.Increment(ref _retried);
                await Task.Delay(Rest);
            }

            Interlocked.Increment(ref _count);
            _acknowledged.Release();
        }
    }

    private RecordRequest Next()
    {
        lock (_choosing)
        {
            return _company.NextEvent();
        }
    }

    private async Task<bool> TryRecordAsync(RecordRequest request)
    {
        try
        {
            var answer = await _world.TryRecordAsync(request);
            Assert.True(answer.IsValue || answer.Refusals[0].Reason is RefusalReason.ConcurrentChange);
            return answer.IsValue;
        }
        catch (Exception outage) when (outage is OrleansException or TimeoutException)
        {
            // The silo that was to answer is gone.
            return false;
        }
    }
}
