using System.Diagnostics;
using Commission.Client;
using Commission.Crash.Tests.Harness;
using Google.Rpc;

namespace Commission.Orleans.Tests.Crash;

/// <summary>Silos in processes of their own on one database, and clients of each of them, which share what they know:
/// what one does not get answered, any other sends again.</summary>
internal sealed class Silos : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Trial _trial;
    private readonly IReadOnlyList<IStorePlace> _places;
    private readonly SiloUnderTest?[] _silos;
    private readonly Clients?[] _clients;

    private Silos(Trial trial, IReadOnlyList<IStorePlace> places)
    {
        (_trial, _places) = (trial, places);
        (_silos, _clients) = (new SiloUnderTest?[places.Count], new Clients?[places.Count]);
    }

    /// <summary>How many silos ended by themselves.</summary>
    public int Ended { get; private set; }

    /// <summary>Starts one silo at each place, at once, puts the company's documents, and connects clients.</summary>
    public static async Task<Silos> StartAsync(Trial trial, IReadOnlyList<IStorePlace> places)
    {
        var silos = new Silos(trial, places);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, places.Count).Select(silos.LaunchAsync));
            await silos.PutAllAsync();
            for (var silo = 0; silo < places.Count; silo++)
            {
                silos.Connect(silo);
            }

            return silos;
        }
        catch
        {
            await silos.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when clients of a silo have got so many more acknowledgements.</summary>
    public Task UntilAcknowledgedAsync(int silo, int more) => _clients[silo]!.UntilAcknowledgedAsync(more);

    /// <summary>All that a silo has printed.</summary>
    public string OutputOf(int silo) => _silos[silo]!.Program.Output;

    /// <summary>What silos that run have logged as errors, incidents that callers were told of among it.</summary>
    public IEnumerable<string> Errors() => _silos.OfType<SiloUnderTest>()
        .SelectMany(silo => silo.Program.Output.Split('\n'))
        .Where(line => line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal)
            || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal));

    /// <summary>SIGKILL: its clients lose what is not answered.</summary>
    public async Task KillAsync(int silo)
    {
        _clients[silo]?.ExpectTheEnd();
        await _silos[silo]!.Program.KillAsync();
        await StopClientsAsync(silo);
        await _silos[silo]!.DisposeAsync();
        _silos[silo] = null;
    }

    /// <summary>The clients of a silo go at the first failure from now on.</summary>
    public void Expect(int silo) => _clients[silo]!.ExpectTheEnd();

    /// <summary>
    /// A silo that the others may have taken for dead: it is expected to end by itself, without load. Starts another in
    /// its place, and connects clients to all.
    /// </summary>
    public async Task RejoinAsync(int silo, TimeSpan patience)
    {
        for (var other = 0; other < _silos.Length; other++)
        {
            await StopClientsAsync(other);
        }

        var ending = _silos[silo]!.Program.EndAsync();
        await Task.WhenAny(ending, Task.Delay(patience));
        if (ending.IsCompleted)
        {
            Ended++;
        }

        await KillAsync(silo);
        await LaunchAsync(silo);
        for (var each = 0; each < _silos.Length; each++)
        {
            Connect(each);
        }
    }

    /// <summary>Starts a silo at a place that has none, and connects clients.</summary>
    public async Task JoinAsync(int silo)
    {
        await LaunchAsync(silo);
        Connect(silo);
    }

    /// <summary>
    /// Ends the load, compares every figure, stops all silos in order, and audits the store. On a busy machine one that
    /// answers late may be taken for dead even then: it ends by itself, and another is started in its place.
    /// </summary>
    public async Task SettleAsync()
    {
        for (var silo = 0; silo < _silos.Length; silo++)
        {
            await StopClientsAsync(silo);
        }

        for (var isSettled = false; !isSettled;)
        {
            try
            {
                await _trial.SettleAsync(_silos[0]!);
                isSettled = true;
            }
            catch (RpcFailure)
            {
                if (!await ReplaceEndedAsync())
                {
                    throw;
                }
            }
        }

        foreach (var silo in _silos)
        {
            await silo!.Program.SignalAsync("TERM");
            Assert.Equal((0, ""), await silo.Program.EndAsync());
        }

        await _trial.VerifyAsync(isSettled: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var clients in _clients)
        {
            clients?.ExpectTheEnd();
        }

        foreach (var silo in _silos.OfType<SiloUnderTest>())
        {
            await silo.DisposeAsync();
        }
    }

    /// <summary>Whether a silo has ended by itself, or does so soon; another is there in its place.</summary>
    private async Task<bool> ReplaceEndedAsync()
    {
        var ends = _silos.Select(silo => silo!.Program.EndAsync()).ToList();
        await Task.WhenAny([.. ends, Task.Delay(TimeSpan.FromSeconds(20))]);
        var ended = Enumerable.Range(0, ends.Count).Where(silo => ends[silo].IsCompleted).ToList();
        foreach (var silo in ended)
        {
            Ended++;
            await KillAsync(silo);
            await LaunchAsync(silo);
        }

        return ended.Count > 0;
    }

    private async Task StopClientsAsync(int silo)
    {
        if (_clients[silo] is { } clients)
        {
            await clients.StopAsync();
            clients.Dispose();
            _clients[silo] = null;
        }
    }

    private async Task LaunchAsync(int silo) => _silos[silo] = await SiloUnderTest.StartAsync(_places[silo]);

    private void Connect(int silo) => _clients[silo] = _trial.Connect(_silos[silo]!, changingDocuments: silo == 0);

    private async Task PutAllAsync()
    {
        var waited = Stopwatch.StartNew();
        for (var put = () => _trial.Documents.PutAllAsync(_silos[0]!.Api); ;
            put = () => _trial.Documents.FinishAsync(_silos[0]!.Api))
        {
            try
            {
                await put();
                return;
            }
            catch (RpcFailure early) when (early.Status == Code.Unavailable && waited.Elapsed < Patience)
            {
                // Not all shards serve yet.
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }
}
