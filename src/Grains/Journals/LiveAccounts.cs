using System.Collections.Concurrent;

namespace Commission.Grains.Journals;

/// <summary>
/// How far the payees and territories that are active in a silo have their accounts in memory. One may be behind its
/// account: after an append whose outcome was not learnt, or while another activation writes too. Safe for concurrent
/// use.
/// </summary>
public sealed class LiveAccounts
{
    private readonly ConcurrentDictionary<string, ILiveAccount> _active = new(StringComparer.Ordinal);

    /// <summary>An activation begins, and reads what it needs. One that fails is no activation; any other
    /// <see cref="Leave">leaves</see>.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="load">Reads.</param>
    internal async Task EnterAsync(ILiveAccount account, Func<Task> load)
    {
        Enter(account);
        try
        {
            await load();
        }
        catch
        {
            Leave(account);
            throw;
        }
    }

    /// <summary>An activation begins, and has read nothing yet.</summary>
    internal void Enter(ILiveAccount account) => _active[account.Account] = account;

    /// <summary>An activation ends. The next one may have entered already, and stays.</summary>
    /// <param name="account">Its account; null: it failed before it had one.</param>
    internal void Leave(ILiveAccount? account)
    {
        if (account is not null)
        {
            _active.TryRemove(new KeyValuePair<string, ILiveAccount>(account.Account, account));
        }
    }

    /// <summary>Whether all records up to one are in memory, or nothing is: who is activated later reads them.
    /// </summary>
    internal bool HasAll(string account, long sequence) =>
        !_active.TryGetValue(account, out var active) || active.Sequence >= sequence;

    /// <summary>Those of the accounts that are active here without all records up to the given one.</summary>
    /// <param name="ends">By account: the sequence of a record that the ledger has.</param>
    public IEnumerable<string> FindBehind(IEnumerable<KeyValuePair<string, long>> ends) =>
        ends.Where(end => !HasAll(end.Key, end.Value)).Select(static end => end.Key);
}

/// <summary>An account that an activation has in memory, as far as it has.</summary>
internal interface ILiveAccount
{
    /// <summary>Its name.</summary>
    string Account { get; }

    /// <summary>Of the last record in memory; asked by any thread.</summary>
    long Sequence { get; }
}
