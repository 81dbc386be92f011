using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;

namespace Commission.Grains.Boards;

/// <summary>
/// One leaderboard. While somebody asks for it, it asks its payees now and then, a few at a time, for what has changed:
/// payees need not know which boards they are on, and a board costs them the same for one reader as for a thousand.
/// </summary>
/// <remarks>
/// Payees are asked anew at most once a second, and so that the pauses are ten times as long as the asking; for one who
/// must see what was just recorded, ten times a second.
/// </remarks>
[CollectionAgeLimit(Minutes = 2)]
public sealed class BoardGrain(
    TenantRulesCache rules, ICatalog catalog, BusinessCalendar calendar, TimeProvider time)
    : Grain, IBoardGrain, IDisposable
{
    private const int AtATime = 16;
    private const int RestFactor = 10;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Standing> _standings = new(StringComparer.Ordinal);
    private BoardDefinition _board = null!;
    private BoardRoster _roster = null!;
    private string _tenant = "";
    private Answer<BoardState> _state;
    private TaskCompletionSource? _wanted;
    private TaskCompletionSource _changed = new();
    private TaskCompletionSource _woken = new();
    private TimeSpan _took;
    private DateOnly _on;
    private long _started;
    private long _first;
    private long _sequence;
    private int _waiting;
    private bool _running;
    private bool _hasState;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_tenant, _board) = BoardKeys.Split(this.GetPrimaryKeyString());
        _roster = new BoardRoster(_tenant, _board, rules, catalog);
        // Later than those of an activation before, which counted from its own beginning, and slower than the clock.
        _first = _sequence = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Within the turn: who waits for it must not go on beside the grain's turns.
        _stopping.Cancel();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    public async Task<Answer<BoardPage>> Read(BoardRead request, CancellationToken cancellation)
    {
        if (request.Known != 0 && _hasState && _sequence == request.Known)
        {
            await WaitAsync(request.Known, cancellation);
        }
        else if (request.Fresh || !_hasState || time.GetElapsedTime(_started) > Fresh)
        {
            await AskedAnewAsync().WaitAsync(cancellation);
        }

        return _state.Value is { } state
            ? BoardPages.Of(state, request, _sequence, _first)
            : new Answer<BoardPage>(null, _state.Refusals);
    }

    /// <summary>Returns when payees were asked after this call came.</summary>
    private Task AskedAnewAsync()
    {
        _wanted ??= new TaskCompletionSource();
        var wanted = _wanted.Task;
        _woken.TrySetResult();
        Resume();
        return wanted;
    }

    /// <summary>Returns when the board is another, or after some seconds.</summary>
    private async Task WaitAsync(long known, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        _waiting++;
        try
        {
            Resume();
            while (_sequence == known && LongestWait - time.GetElapsedTime(began) is { Ticks: > 0 } left)
            {
                await _changed.Task.WaitAsync(left, time, cancellation);
            }
        }
        catch (TimeoutException)
        {
            // The caller learns that it is still the same.
        }
        finally
        {
            _waiting--;
        }
    }

    private void Resume()
    {
        if (!_running)
        {
            _running = true;
            _ = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        while ((_wanted is not null || _waiting > 0) && !_stopping.IsCancellationRequested)
        {
            await RestAsync();
            var (wanted, changed) = (_wanted, _changed);
            _wanted = null;
            try
            {
                await AskAllAsync();
                wanted?.TrySetResult();
            }
            catch (Exception failure)
            {
                // Whoever waits learns of it.
                _changed = new TaskCompletionSource();
                changed.TrySetException(failure);
                _ = changed.Task.Exception;
                wanted?.TrySetException(failure);
            }
        }

        _running = false;
    }

    /// <summary>Leaves payees alone for a while; less long where somebody wants to know what is new.</summary>
    private async Task RestAsync()
    {
        while (_hasState && RestLeft() is { Ticks: > 0 } left)
        {
            _woken = new TaskCompletionSource();
            await Task.WhenAny(Task.Delay(left, time, _stopping.Token), _woken.Task);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private TimeSpan RestLeft()
    {
        var usual = _took * RestFactor > Fresh ? _took * RestFactor : Fresh;
        return (_wanted is null ? usual : ShortestRest) - time.GetElapsedTime(_started);
    }

    private async Task AskAllAsync()
    {
        _started = time.GetTimestamp();
        var asked = time.GetUtcNow().ToUnixTimeMilliseconds();
        var on = DayOf();
        if (on != _on)
        {
            _on = on;
            _standings.Clear();
        }

        var roster = await _roster.ReadAsync(on);
        if (roster.Value is not { } found)
        {
            Show(new Answer<BoardState>(null, roster.Refusals));
            return;
        }

        var isChanged = Forget(found);
        var left = new Queue<string>(found.Reps);
        var asking = Enumerable.Range(0, Math.Min(left.Count, AtATime)).Select(_ => AskSomeAsync(left));
        isChanged |= (await Task.WhenAll(asking)).Contains(true);
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _took = time.GetElapsedTime(_started);
        if (isChanged || _state.Value is not { } before)
        {
            Show(new BoardState(BoardRanking.Rank(_standings.Values), on, asked));
        }
        else
        {
            _state = before with { TimeMs = asked };
        }
    }

    private DateOnly DayOf()
    {
        if (_board.On.Length == 0)
        {
            return calendar.Today;
        }

        var fields = new Fields();
        var day = fields.Day("on", _board.On);
        Invariant.Holds(!fields.Refused, $"a board of the day {_board.On} was checked");
        return day!.Value;
    }

    /// <summary>Drops who is not on the board any more.</summary>
    private bool Forget(Roster roster)
    {
        var wanted = roster.Reps.ToHashSet(StringComparer.Ordinal);
        var gone = _standings.Keys.Where(rep => !wanted.Contains(rep)).ToList();
        gone.ForEach(rep => _standings.Remove(rep));
        return gone.Count > 0;
    }

    private async Task<bool> AskSomeAsync(Queue<string> left)
    {
        var isChanged = false;
        while (!_stopping.IsCancellationRequested && left.TryDequeue(out var rep))
        {
            var known = _standings.GetValueOrDefault(rep);
            var now = await AskAsync(rep, known);
            if (!ReferenceEquals(now, known))
            {
                isChanged |= known is null || !known.Line.Equals(now.Line);
                _standings[rep] = now;
            }
        }

        return isChanged;
    }

    private async Task<Standing> AskAsync(string rep, Standing? known)
    {
        var request = new MeasureRequest
        {
            Measure = _board.Measure,
            Period = _board.Period,
            Component = _board.Component,
            On = _on.ToText(),
            KnownSequence = known?.Sequence ?? 0,
        };
        try
        {
            var answer = await GrainFactory.GetGrain<IRepGrain>(GrainKeys.Of(_tenant, rep)).Measure(request);
            return answer.Value is { Unchanged: true } ? known! : BoardPages.ToStanding(rep, answer);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return BoardPages.ToStanding(rep, StoreFailures.ToRefusal(failure));
        }
    }

    private void Show(Answer<BoardState> state)
    {
        var changed = _changed;
        (_state, _hasState, _changed) = (state, true, new TaskCompletionSource());
        _sequence++;
        changed.TrySetResult();
    }
}

/// <summary>A board as it was when payees were asked. Immutable.</summary>
/// <param name="Lines">In order.</param>
/// <param name="On">The day.</param>
/// <param name="TimeMs">When, milliseconds since 1970 UTC.</param>
internal sealed record BoardState(ImmutableArray<BoardLine> Lines, DateOnly On, long TimeMs);
