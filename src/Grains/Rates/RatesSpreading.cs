using Commission.Contracts.Grains;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Rates;

/// <summary>
/// Has payees follow changed rates: those who are or were credited in a currency that rates changed from, some at a
/// time, and all of them again after a crash in between. Only for use inside one grain.
/// </summary>
/// <param name="tenant">The rates' tenant.</param>
/// <param name="state">How far it is, durably.</param>
/// <param name="payees">Whom to tell.</param>
/// <param name="isCurrent">Whether no other activation has registered payees.</param>
/// <param name="grains">Reaches them.</param>
/// <param name="settings">How many at a time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of failures.</param>
/// <param name="stopping">Ends it.</param>
internal sealed partial class RatesSpreading(
    string tenant, StateKeeper<SpreadState> state, RatedPayees payees, Func<Task<bool>> isCurrent,
    IGrainFactory grains, GrainSettings settings, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private RateSheets _sheets = RateSheets.None;
    private TaskCompletionSource? _reached;
    private long _telling;
    private int _left;
    private bool _running;

    /// <summary>Payees who have not followed all changes yet.</summary>
    public int Left => !IsUnderWay ? 0 : _telling == _sheets.Sequence ? _left : payees.Of(ChangedIn(_sheets)).Count;

    /// <summary>Whether something is left to do.</summary>
    public bool IsUnderWay => _sheets.Sequence > state.Current.Told;

    /// <summary>Has them follow these rates, in the background; ignores what it has.</summary>
    public void Begin(RateSheets sheets)
    {
        _sheets = sheets;
        if (!_running && IsUnderWay)
        {
            _running = true;
            _ = RunAsync();
        }
    }

    /// <summary>Returns when they follow a change, or when some earlier one was followed: ask again.</summary>
    public Task ReachedAsync(long sequence)
    {
        if (state.Current.Told >= sequence)
        {
            return Task.CompletedTask;
        }

        // Who waits with a time limit stays in the grain's turns by this, and is not sent by way of another thread.
        _reached ??= new TaskCompletionSource();
        return _reached.Task;
    }

    /// <summary>The currencies from which rates changed since all were told.</summary>
    private IEnumerable<string> ChangedIn(RateSheets sheets)
    {
        var told = state.Current.Told;
        return sheets.Entries.Reverse().TakeWhile(entry => entry.Sequence > told)
            .SelectMany(entry => entry.Rates.Select(rate => rate.From)).Distinct(StringComparer.Ordinal);
    }

    private async Task RunAsync()
    {
        while (IsUnderWay && !stopping.IsCancellationRequested)
        {
            try
            {
                await StepAsync(_sheets);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                StepFailed(logger, failure, tenant, LongestPause);
                await Task.Delay(LongestPause, time, stopping);
            }
        }

        _running = false;
    }

    private async Task StepAsync(RateSheets sheets)
    {
        var left = payees.Of(ChangedIn(sheets));
        (_telling, _left) = (sheets.Sequence, left.Count);
        if (!await isCurrent())
        {
            return;
        }

        for (var pause = FirstPause; left.Count > 0; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            left = await TellAsync(left, sheets.Sequence);
            if (left.Count > 0)
            {
                await Task.Delay(pause, time, stopping);
            }
        }

        await state.ChangeAsync(before =>
            before.Told < sheets.Sequence ? new SpreadState { Told = sheets.Sequence } : before);
        var reached = _reached;
        _reached = null;
        reached?.TrySetResult();
    }

    /// <summary>Tells payees, in waves.</summary>
    /// <returns>Those who were told in vain.</returns>
    private async Task<List<string>> TellAsync(List<string> reps, long sequence)
    {
        var failed = await Waves.TellAsync(
            reps, settings.RolloutsInFlight, rep => TellOneAsync(rep, sequence),
            (rep, failure) => NotTold(logger, failure, rep), () => !stopping.IsCancellationRequested, time, stopping);
        stopping.ThrowIfCancellationRequested();
        return failed;
    }

    private async Task TellOneAsync(string rep, long sequence)
    {
        await grains.GetGrain<IRepGrain>(GrainKeys.Of(tenant, rep)).RatesChanged(sequence);
        _left--;
    }

    [LoggerMessage(20, LogLevel.Error, "Having the payees of {Tenant} follow its rates failed; it goes on in {Pause}.")]
    private static partial void StepFailed(ILogger logger, Exception failure, string tenant, TimeSpan pause);

    [LoggerMessage(21, LogLevel.Warning, "{Rep} could not be recomputed by changed rates; it is tried again.")]
    private static partial void NotTold(ILogger logger, Exception failure, string rep);
}
