using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Processes;

namespace Commission.Load.Growth;

/// <summary>A silo with so many payees, to whom events come at a fixed rate.</summary>
internal sealed class PacedSilo : IAsyncDisposable
{
    // A prime, so that neighbours in the stream are not neighbours anywhere else.
    private const long Stride = 7919;
    private const int Sampled = 1000;
    private const double LeastPace = 0.8;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(20);
    private readonly SiloProcess _silo;
    private readonly Company _company;
    private readonly decimal[] _owed;
    private int _sent;
    private int _probes;

    private PacedSilo(SiloProcess silo, int payees)
    {
        (_silo, _company, _owed) = (silo, new Company(silo.Channel, payees), new decimal[payees]);
    }

    /// <summary>Starts it, and puts its payees.</summary>
    public static async Task<PacedSilo> StartAsync(int payees)
    {
        var silo = new PacedSilo(await SiloProcess.StartAsync(), payees);
        await silo._company.PutAsync();
        return silo;
    }

    /// <summary>Sends events at a rate, and single ones among them.</summary>
    /// <returns>Events a second until all were credited, how long the single one in the middle took until it was, and
    /// the silo's processor time for an event.</returns>
    /// <exception cref="InvalidOperationException">The silo was too slow for the rate.</exception>
    public async Task<(double Reached, TimeSpan Single, TimeSpan Processor)> TakeAsync(int rate, int seconds)
    {
        using var done = new CancellationTokenSource();
        var (used, start) = (_silo.Usage().Processor, TimeProvider.System.GetTimestamp());
        var probing = ProbeAsync(done.Token);
        await _company.RecordAsync(Events(rate, rate * seconds));
        var took = TimeProvider.System.GetElapsedTime(start);
        await done.CancelAsync();
        var singles = (await probing).Order().ToList();
        used = _silo.Usage().Processor - used;
        var reached = rate * seconds / took.TotalSeconds;
        return reached >= rate * LeastPace
            ? (reached, singles[singles.Count / 2], used / ((rate * seconds) + singles.Count))
            : throw new InvalidOperationException($"Of {rate} events a second {reached:0} were credited.");
    }

    /// <summary>Some payees, over all of them, are credited with what they were sent.</summary>
    /// <exception cref="InvalidOperationException">One is not.</exception>
    public async Task CheckAsync()
    {
        for (var payee = 0; payee < _company.Payees; payee += Math.Max(1, _company.Payees / Sampled))
        {
            var owed = Credited.Text(_owed[payee]);
            await Credited.UntilAsync(_company, payee, estimate => estimate.Components[0].Credited == owed);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    private async IAsyncEnumerable<RecordRequest> Events(int rate, int count)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < count;)
        {
            var due = (int)Math.Min(count, TimeProvider.System.GetElapsedTime(start).TotalSeconds * rate);
            if (i >= due)
            {
                await Task.Delay(Step);
            }

            for (; i < due; i++, _sent++)
            {
                yield return Event("G", _sent);
            }
        }
    }

    private async Task<List<TimeSpan>> ProbeAsync(CancellationToken done)
    {
        var times = new List<TimeSpan>();
        do
        {
            var request = Event("S", _probes++);
            var start = TimeProvider.System.GetTimestamp();
            var position = await _company.RecordAsync(request);
            await _company.EstimateAsync(PayeeOf(_probes - 1), position);
            times.Add(TimeProvider.System.GetElapsedTime(start));
            await Task.Delay(ProbePause, CancellationToken.None);
        }
        while (!done.IsCancellationRequested);
        return times;
    }

    private int PayeeOf(int i) => (int)(i * Stride % _company.Payees);

    private RecordRequest Event(string run, int i)
    {
        var request = Company.Event(run, i, PayeeOf(i));
        lock (_owed)
        {
            _owed[PayeeOf(i)] += Credited.AmountOf(request);
        }

        return request;
    }
}
