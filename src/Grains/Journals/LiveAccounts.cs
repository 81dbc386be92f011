using System.Collections.Concurrent;

namespace Commission.Grains.Journals;

/// <summary>
/// How far the payees and territories that are active in a silo have their accounts in memory. One may be behind its
/// account: after an append whose outcome was not learnt, or while another activation writes too. Safe for concurrent
/// use.
/// </summary>
public sealed class LiveAccounts
{
    private readonly ConcurrentDictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    /// <summary>An activation begins, and reads what it needs. One that fails is no activation.</summary>
    /// <param name="account">Its account's name.</param>
    /// <param name="sequence">Of the last record in memory; called by any thread.</param>
    /// <param name="load">Reads.</param>
    /// <returns>To be disposed of when the activation ends.</returns>
    internal async Task<IDisposable> EnterAsync(string account, Func<long> sequence, Func<Task> load)
    {
        var lease = Enter(account, sequence);
        try
        {
            await load();
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>An activation begins, and has read nothing yet.</summary>
    /// <param name="account">Its account's name.</param>
    /// <param name="sequence">Of the last record in memory; called by any thread.</param>
    /// <returns>To be disposed of when the activation ends.</returns>
    internal IDisposable Enter(string account, Func<long> sequence)
    {
        var lease = new Lease(this, account, sequence);
        _leases[account] = lease;
        return lease;
    }

    /// <summary>Whether all records up to one are in memory, or nothing is: who is activated later reads them.
    /// </summary>
    internal bool HasAll(string account, long sequence) =>
        !_leases.TryGetValue(account, out var lease) || lease.Sequence >= sequence;

    /// <summary>Those of the accounts that are active here without all records up to the given one.</summary>
    /// <param name="ends">By account: the sequence of a record that the ledger has.</param>
    public IEnumerable<string> FindBehind(IEnumerable<KeyValuePair<string, long>> ends) =>
        ends.Where(end => !HasAll(end.Key, end.Value)).Select(static end => end.Key);

    private sealed class Lease(LiveAccounts accounts, string account, Func<long> sequence) : IDisposable
    {
        public long Sequence => sequence();

        // The next activation may have entered already.
        public void Dispose() =>
            accounts._leases.TryRemove(new KeyValuePair<string, Lease>(account, this));
    }
}
