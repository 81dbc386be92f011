using Commission.Grains.Journals;

namespace Commission.Grains;

/// <summary>
/// A grain's state that changes in memory only when the change is durable. One write at a time: what comes during a
/// write goes into the next. Only for use inside one grain.
/// </summary>
/// <typeparam name="TState">Never changed in place.</typeparam>
/// <param name="state">Where it is kept.</param>
/// <param name="giveUp">Called when another activation has written it.</param>
internal sealed class StateKeeper<TState>(IPersistentState<TState> state, Action giveUp)
    : Batcher<Func<TState, TState>>
    where TState : class
{
    private TState? _durable;

    /// <summary>The state as it is stored. To be asked for first when the grain is activated.</summary>
    public TState Current => _durable ??= state.State;

    /// <summary>Returns when the change is durable. If it fails, nothing has changed in memory.</summary>
    /// <param name="change">Gives the new state from that before.</param>
    /// <exception cref="InconsistentStateException">Another activation has written it.</exception>
    public Task ChangeAsync(Func<TState, TState> change) => AddAsync(change);

    /// <inheritdoc/>
    protected override async Task AppendAsync(IReadOnlyList<Func<TState, TState>> batch)
    {
        var before = Current;
        var after = batch.Aggregate(before, (current, change) => change(current));
        state.State = after;
        try
        {
            await state.WriteStateAsync();
            _durable = after;
        }
        catch (InconsistentStateException)
        {
            giveUp();
            throw;
        }
        finally
        {
            state.State = Current;
        }
    }
}
