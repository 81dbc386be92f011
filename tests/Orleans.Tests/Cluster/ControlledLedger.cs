using System.Collections.Concurrent;
using Commission.Storage;

namespace Commission.Orleans.Tests.Cluster;

/// <summary>A ledger that counts how often accounts are read, and can be made to wait or fail at one.</summary>
internal sealed class ControlledLedger(ILedger inner) : ILedger
{
    private readonly ConcurrentDictionary<string, int> _reads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _held = new(StringComparer.Ordinal);

    /// <summary>How often an account was read from its start.</summary>
    public int ReadsOf(string account) => _reads.GetValueOrDefault(account);

    /// <summary>Appends to the account wait for the task, and fail as it fails.</summary>
    public void Hold(string account, Task until) => _held[account] = until;

    /// <inheritdoc/>
    public async Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct)
    {
        await _held.GetValueOrDefault(account, Task.CompletedTask);
        return await inner.AppendAsync(account, expectedSequence, payloads, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct)
    {
        if (afterSequence == 0)
        {
            _reads.AddOrUpdate(account, 1, (_, count) => count + 1);
        }

        return inner.ReadAsync(account, afterSequence, maxCount, ct);
    }

    /// <inheritdoc/>
    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct)
    {
        _reads.AddOrUpdate(account, 1, (_, count) => count + 1);
        return inner.ReadLastAsync(account, ct);
    }
}
