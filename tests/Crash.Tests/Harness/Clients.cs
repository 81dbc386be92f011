using System.Collections.Concurrent;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;

namespace Commission.Crash.Tests.Harness;

/// <summary>
/// Concurrent clients of one silo: some record events one by one, one by streams, one asks, one changes documents. What
/// fails for an outage is sent again; any other failure fails the test when it is awaited.
/// </summary>
internal sealed class Clients : IDisposable
{
    private const int Window = 64;
    private const int StreamLength = 300;
    private static readonly string[] Repeatable =
        ["STORE_UNAVAILABLE", "SILO_UNAVAILABLE", "OVERLOADED", "CONCURRENT_CHANGE"];
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortRest = TimeSpan.FromMilliseconds(5);
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _acknowledged = new(0);
    private readonly SemaphoreSlim _refused = new(0);
    private readonly KnownBooks _books;
    private readonly Company _company;
    private readonly Api _api;
    private readonly int _seed;
    private readonly Task _running;
    private volatile bool _mayEnd;

    public Clients(KnownBooks books, Company company, DocumentChanges? documents, Api api, int seed)
    {
        (_books, _company, _api, _seed) = (books, company, api, seed);
        _running = Task.WhenAll(
            Task.Run(RecordOneByOneAsync),
            Task.Run(RecordOneByOneAsync),
            Task.Run(RecordByStreamAsync),
            Task.Run(AskAsync),
            Task.Run(() => documents is null ? Task.CompletedTask : ChangeAsync(documents)));
    }

    /// <summary>The calls and acknowledgements that failed, and may be repeated, as status and message.</summary>
    public ConcurrentQueue<Outage> Outages { get; } = new();

    /// <summary>Returns when so many more acknowledgements have come.</summary>
    public Task UntilAcknowledgedAsync(int more) => UntilAsync(_acknowledged, more);

    /// <summary>Returns when so many more calls were refused for an outage.</summary>
    public Task UntilRefusedAsync(int more) => UntilAsync(_refused, more);

    /// <summary>From now on any failure may be the silo's end: the first is taken for it.</summary>
    public void ExpectTheEnd() => _mayEnd = true;

    /// <summary>Sends nothing more, and returns when all that was sent is answered or has failed.</summary>
    public Task StopAsync()
    {
        _over.Cancel();
        return _running;
    }

    public void Dispose()
    {
        _over.Dispose();
        _acknowledged.Dispose();
        _refused.Dispose();
    }

    private async Task UntilAsync(SemaphoreSlim signal, int more)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (signal.Wait(0, patience.Token))
        {
            // Those that came before are not more.
        }

        for (var i = 0; i < more; i++)
        {
            await await Task.WhenAny(signal.WaitAsync(patience.Token), _running);
        }
    }

    private async Task RecordOneByOneAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var request = _books.Next();
            try
            {
                Acknowledge(request, await _api.RecordAsync(request));
            }
            catch (RpcFailure failure) when (IsOutage(failure))
            {
                _books.Lose(request);
                await RestAsync(failure);
            }
        }
    }

    private async Task RecordByStreamAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            using var stream = new OpenStream(_books, Window, StreamLength, _over.Token);
            try
            {
                await foreach (var ack in _api.RecordStreamAsync(stream.RequestsAsync()))
                {
                    await TakeAsync(ack, stream.Answered(ack));
                }
            }
            catch (RpcFailure failure) when (IsOutage(failure))
            {
                await RestAsync(failure);
            }
            finally
            {
                stream.End();
            }
        }
    }

    private async Task TakeAsync(RecordAck ack, RecordRequest request)
    {
        Assert.Equal(request.EventId, ack.EventId);
        if (ack.Recorded is { } recorded)
        {
            Acknowledge(request, recorded);
            return;
        }

        var why = ack.Refused.Violations[0];
        Assert.True(Repeatable.Contains(why.Reason, StringComparer.Ordinal), $"{request} was refused: {ack.Refused}");
        _books.Lose(request);
        Note(new Outage(why.Reason, why.Message, IsInStream: true, HasRetryInfo: false));
        await RestAsync(ShortRest);
    }

    private async Task AskAsync()
    {
        var random = new Random(_seed);
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await AskAsync(random, _company.Reps[random.Next(_company.Reps.Count)]);
            }
            catch (RpcFailure refused) when (refused.Status == Code.FailedPrecondition)
            {
                // No plan governs the payee on that day.
            }
            catch (RpcFailure failure) when (IsOutage(failure))
            {
                await RestAsync(failure);
            }
        }
    }

    private Task AskAsync(Random random, string rep)
    {
        var day = new DateOnly(2026, 1, 1).AddDays(random.Next(360)).ToString("O");
        return random.Next(3) switch
        {
            0 => _api.TerritoryAsync("all", day),
            1 => _api.PreviewAsync(rep, new Deal { Amount = Docs.Usd(random.Next(1, 100_000)), Credited = day }),
            _ => _api.EstimateAsync(rep, day),
        };
    }

    private async Task ChangeAsync(DocumentChanges documents)
    {
        var random = new Random(_seed);
        while (await RestAsync(TimeSpan.FromMilliseconds(random.Next(100, 3000))))
        {
            try
            {
                await documents.ChangeAsync(_api);
            }
            catch (RpcFailure failure) when (IsOutage(failure))
            {
                await RestAsync(failure);
            }
        }
    }

    private void Acknowledge(RecordRequest request, Recorded recorded)
    {
        _books.Acknowledge(request, recorded);
        _acknowledged.Release();
    }

    private bool IsOutage(RpcFailure failure) => _mayEnd
        || failure.Status is Code.Unavailable or Code.Aborted or Code.ResourceExhausted;

    private async Task RestAsync(RpcFailure failure)
    {
        if (_mayEnd)
        {
            await _over.CancelAsync();
        }

        Note(new Outage(
            failure.Status.ToString(), failure.Message, IsInStream: false, failure.Detail<RetryInfo>() is not null));
        await RestAsync(Rest);
    }

    private void Note(Outage outage)
    {
        Outages.Enqueue(outage);
        _refused.Release();
    }

    /// <summary>False: it is over.</summary>
    private async Task<bool> RestAsync(TimeSpan time)
    {
        await Task.Delay(time, _over.Token).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return !_over.IsCancellationRequested;
    }
}

/// <summary>One refusal of what may be repeated.</summary>
internal sealed record Outage(string Status, string Message, bool IsInStream, bool HasRetryInfo);
