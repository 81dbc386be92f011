using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Client.Import;

/// <summary>One call of Deals.RecordStream: requests in, acknowledgements out.</summary>
/// <param name="requests">Sent as they come.</param>
/// <param name="cancellationToken">Ends the call.</param>
public delegate IAsyncEnumerable<RecordAck> RecordStreamCall(
    IAsyncEnumerable<RecordRequest> requests, CancellationToken cancellationToken);

/// <summary>
/// Sends the deals of a file to a silo. Safe to repeat and to interrupt: every event's id follows from its content, so
/// what the server has is acknowledged as a repeat. Good deals are kept whatever is refused beside them.
/// </summary>
public sealed class DealImporter
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    private readonly RecordStreamCall _call;
    private readonly ImportOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates an importer that may be used for one file after another.</summary>
    /// <param name="call">How to reach the server.</param>
    /// <param name="options">How to work.</param>
    /// <param name="time">For waiting, and for the rate.</param>
    public DealImporter(RecordStreamCall call, ImportOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1, nameof(options));
        (_call, _options, _time) = (call, options, time);
    }

    /// <summary>Imports over a channel.</summary>
    /// <param name="channel">To the silo.</param>
    /// <param name="rows">From <see cref="DealFile.Read"/>; enumerated twice where an import is taken up.</param>
    /// <param name="options">How to work.</param>
    /// <param name="progress">Told about ten times a second, and at the end.</param>
    /// <param name="cancellationToken">Stops the import; with a state path it can be taken up later.</param>
    /// <exception cref="RpcFailure">The server was out of reach for too long, or refused the call itself.</exception>
    public static Task<ImportReport> RunAsync(
        RpcChannel channel,
        IEnumerable<ImportRow> rows,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken)
    {
        var method = DealsReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.ServiceDescriptor>("Deals")
            .FindMethodByName("RecordStream");
        return new DealImporter(
            (requests, token) => channel.DuplexAsync<RecordRequest, RecordAck>(method, requests, null, token),
            options,
            TimeProvider.System).RunAsync(rows, progress, cancellationToken);
    }

    /// <summary>Imports; parameters and exceptions as above.</summary>
    public async Task<ImportReport> RunAsync(
        IEnumerable<ImportRow> rows, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var (enumerator, resumed) = Resume(rows);
        using (enumerator)
        {
            var lines = new ImportLines(enumerator, _options.Window, resumed);
            var ticker = new Ticker(this, lines, progress);
            try
            {
                await SendAllAsync(lines, ticker, cancellationToken);
            }
            catch
            {
                ticker.Save();
                throw;
            }

            ticker.Finish();
            return Report(lines, resumed, _time.GetElapsedTime(started));
        }
    }

    private static ImportReport Report(ImportLines lines, ImportState? resumed, TimeSpan elapsed)
    {
        var state = lines.State;
        var positions = state.Positions.OrderBy(at => at.Key)
            .Select(at => new Position { Shard = at.Key, Number = at.Value });
        return new ImportReport(
            state.Progress, state.Refusals, [.. positions], resumed?.ThroughLine ?? 0, elapsed, lines.Acknowledged);
    }

    // What the state says is done is read again, but not sent; where it is not the same any more, all is sent.
    private (IEnumerator<ImportRow> Rows, ImportState? State) Resume(IEnumerable<ImportRow> rows)
    {
        var state = _options.StatePath is { } path ? ImportState.Load(path) : null;
        if (state is null)
        {
            return (rows.GetEnumerator(), null);
        }

        var enumerator = rows.GetEnumerator();
        var (digest, line) = ("", 0L);
        while (line < state.ThroughLine && enumerator.MoveNext())
        {
            digest = ImportLines.Extend(digest, enumerator.Current);
            line = enumerator.Current.LastLine;
        }

        if (digest == state.Digest)
        {
            return (enumerator, state);
        }

        enumerator.Dispose();
        return (rows.GetEnumerator(), null);
    }

    private async Task SendAllAsync(ImportLines lines, Ticker ticker, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            var before = lines.Acknowledged;
            var attempt = lines.StartAttempt();
            var failure = await TryOnceAsync(lines, attempt, ticker, cancellationToken);
            if (failure is null)
            {
                return;
            }

            failures = lines.Acknowledged > before ? 0 : failures;
            if (failures >= _options.RetriesMax)
            {
                throw failure;
            }

            var (told, own) = (failure.RetryAfter ?? TimeSpan.Zero, Delay(failures));
            await Task.Delay(told > own ? told : own, _time, cancellationToken);
        }
    }

    private async Task<RpcFailure?> TryOnceAsync(
        ImportLines lines, int attempt, Ticker ticker, CancellationToken cancellationToken)
    {
        var changed = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        try
        {
            var requests = Requests(lines, attempt, changed.Reader, cancellationToken);
            await foreach (var ack in _call(requests, cancellationToken))
            {
                lines.Acknowledge(ack);
                changed.Writer.TryWrite(true);
                ticker.Tick();
            }
        }
        catch (RpcFailure failure) when (IsTemporary(failure.Status))
        {
            return failure;
        }

        return lines.Next(attempt, out _) == ImportStep.Done
            ? null
            : new RpcFailure(Code.Unavailable, "The server ended the stream before it had acknowledged every event.");
    }

    private async IAsyncEnumerable<RecordRequest> Requests(
        ImportLines lines,
        int attempt,
        ChannelReader<bool> changed,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            if (lines.TakePause() is { } pause)
            {
                pause = pause > TimeSpan.Zero ? pause : _options.FirstDelay;
                await Task.Delay(pause, _time, cancellationToken);
            }

            var step = lines.Next(attempt, out var request);
            if (step == ImportStep.Done)
            {
                yield break;
            }

            if (step == ImportStep.Wait)
            {
                await changed.ReadAsync(cancellationToken);
            }
            else
            {
                yield return request!;
            }
        }
    }

    private TimeSpan Delay(int failures)
    {
        var delay = _options.FirstDelay;
        for (var i = 0; i < failures && delay < _options.LongestDelay; i++)
        {
            delay *= 2;
        }

        return delay < _options.LongestDelay ? delay : _options.LongestDelay;
    }

    private static bool IsTemporary(Code status) =>
        status is Code.Unavailable or Code.ResourceExhausted or Code.Aborted or Code.Cancelled;

    /// <summary>Saves and reports now and then.</summary>
    private sealed class Ticker(DealImporter importer, ImportLines lines, IProgress<ImportProgress>? progress)
    {
        private long _saved = importer._time.GetTimestamp();
        private long _reported = importer._time.GetTimestamp();

        public void Tick()
        {
            if (importer._time.GetElapsedTime(_reported) >= ReportEvery)
            {
                _reported = importer._time.GetTimestamp();
                progress?.Report(lines.Progress);
            }

            if (importer._time.GetElapsedTime(_saved) >= SaveEvery)
            {
                _saved = importer._time.GetTimestamp();
                Save();
            }
        }

        public void Save()
        {
            if (importer._options.StatePath is { } path)
            {
                lines.State.Save(path);
            }
        }

        /// <summary>All is done: a later run begins anew, so that what was refused is tried again.</summary>
        public void Finish()
        {
            progress?.Report(lines.Progress);
            if (importer._options.StatePath is { } path)
            {
                File.Delete(path);
            }
        }
    }
}
