using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Client.Import;

/// <summary>What the sender of an import does next.</summary>
internal enum ImportStep
{
    /// <summary>Send the event.</summary>
    Send,

    /// <summary>Wait for an acknowledgement.</summary>
    Wait,

    /// <summary>Nothing is left: all is acknowledged.</summary>
    Done,
}

/// <summary>
/// The books of one import: which rows are under way, and up to which line all is done. Sender and receiver use it at
/// the same time. It knows nothing of connections and clocks.
/// </summary>
internal sealed class ImportLines(IEnumerator<ImportRow> rows, int window, ImportState? resumed)
{
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _inOrder = new();
    private readonly Queue<Entry> _again = new();
    private readonly Dictionary<long, Entry> _sent = [];
    private readonly List<RowRefusal> _refusals = [.. resumed?.Refusals ?? []];
    private readonly Dictionary<int, long> _positions = new(resumed?.Positions ?? new Dictionary<int, long>());
    private ImportProgress _progress = resumed?.Progress ?? new ImportProgress(0, 0, 0, 0, 0);
    private string _digest = resumed?.Digest ?? "";
    private long _nextIndex;
    private int _attempt;
    private TimeSpan? _pause;

    /// <summary>Events that the server answered, but for those it asked to send again.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The books as they stand.</summary>
    public ImportState State
    {
        get
        {
            lock (_lock)
            {
                return new ImportState(
                    _progress.Line, _digest, _progress, [.. _refusals], new Dictionary<int, long>(_positions));
            }
        }
    }

    public ImportProgress Progress
    {
        get
        {
            lock (_lock)
            {
                return _progress;
            }
        }
    }

    /// <summary>The digest after one more row.</summary>
    public static string Extend(string digest, ImportRow row)
    {
        var key = row is ImportRow.Accepted accepted ? accepted.Request.EventId : "refused";
        var text = string.Create(CultureInfo.InvariantCulture, $"{digest}|{row.LastLine}|{key}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>
    /// A new stream: all that was sent and not acknowledged is sent again, indexes start at 0. A sender of an attempt
    /// before, should it still run, finds nothing to do.
    /// </summary>
    /// <returns>The attempt's number, from 1.</returns>
    public int StartAttempt()
    {
        lock (_lock)
        {
            foreach (var (_, entry) in _sent.OrderBy(sent => sent.Key))
            {
                _again.Enqueue(entry);
            }

            _sent.Clear();
            _nextIndex = 0;
            _progress = _progress with { Retries = _progress.Retries + (_attempt > 0 ? 1 : 0) };
            return ++_attempt;
        }
    }

    /// <summary>
    /// For how long the server asked to wait since this was asked last; zero: it did not say; null: it did not ask.
    /// </summary>
    public TimeSpan? TakePause()
    {
        lock (_lock)
        {
            var pause = _pause;
            _pause = null;
            return pause;
        }
    }

    /// <summary>What an attempt's sender does next.</summary>
    /// <param name="attempt">Its number.</param>
    /// <param name="request">Stands with <see cref="ImportStep.Send"/>.</param>
    public ImportStep Next(int attempt, out RecordRequest? request)
    {
        lock (_lock)
        {
            request = null;
            if (attempt != _attempt)
            {
                return ImportStep.Done;
            }

            if (_sent.Count >= window)
            {
                return ImportStep.Wait;
            }

            if (NextEntry() is not { } entry)
            {
                return _sent.Count == 0 ? ImportStep.Done : ImportStep.Wait;
            }

            _sent.Add(_nextIndex++, entry);
            request = ((ImportRow.Accepted)entry.Row).Request;
            return ImportStep.Send;
        }
    }

    public void Acknowledge(RecordAck ack)
    {
        lock (_lock)
        {
            if (!_sent.Remove(ack.Index, out var entry))
            {
                throw new RpcFailure(Code.Internal, $"The server acknowledged event {ack.Index}, which is not open.");
            }

            if (ack.Refused?.Violations.Any(violation => violation.Reason == "OVERLOADED") == true)
            {
                _again.Enqueue(entry);
                var pause = ack.Refused.RetryAfter?.ToTimeSpan() ?? TimeSpan.Zero;
                _pause = pause > (_pause ?? TimeSpan.Zero) ? pause : _pause ?? TimeSpan.Zero;
                _progress = _progress with { Retries = _progress.Retries + 1 };
                return;
            }

            Acknowledged++;
            Count(ack, entry.Row);
            entry.IsDone = true;
            Advance();
        }
    }

    private Entry? NextEntry()
    {
        while (_again.Count == 0 && rows.MoveNext())
        {
            var entry = new Entry(rows.Current);
            _inOrder.Enqueue(entry);
            if (rows.Current is not ImportRow.Refused refused)
            {
                return entry;
            }

            Refuse(refused.Refusals);
            entry.IsDone = true;
            Advance();
        }

        return _again.TryDequeue(out var again) ? again : null;
    }

    private void Count(RecordAck ack, ImportRow row)
    {
        if (ack.Recorded is not { } recorded)
        {
            Refuse([.. (ack.Refused?.Violations ?? []).Select(violation =>
                new RowRefusal(row.Line, row.Deal, violation.Field, $"{violation.Message} ({violation.Reason})"))]);
            return;
        }

        _progress = recorded.Repeat
            ? _progress with { Repeated = _progress.Repeated + 1 }
            : _progress with { Recorded = _progress.Recorded + 1 };
        if (recorded.Position is { } at)
        {
            _positions[at.Shard] = Math.Max(at.Number, _positions.GetValueOrDefault(at.Shard));
        }
    }

    private void Refuse(IReadOnlyList<RowRefusal> reasons)
    {
        _refusals.AddRange(reasons);
        _progress = _progress with { Refused = _progress.Refused + 1 };
    }

    private void Advance()
    {
        while (_inOrder.TryPeek(out var first) && first.IsDone)
        {
            _inOrder.Dequeue();
            _digest = Extend(_digest, first.Row);
            _progress = _progress with { Line = first.Row.LastLine };
        }
    }

    private sealed class Entry(ImportRow row)
    {
        public ImportRow Row => row;

        public bool IsDone { get; set; }
    }
}
