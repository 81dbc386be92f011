using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Shards;
using Commission.Storage;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.History;

/// <summary>
/// Finds the state of a payee's account at a moment. It keeps the state as of now and one of the past, and reads on
/// from them where it can, so that the pages of a list do not read the account again and again. Not safe for concurrent
/// use.
/// </summary>
/// <param name="ledger">Where the account is.</param>
/// <param name="log">Where positions lead.</param>
/// <param name="time">Says which moments are past.</param>
/// <param name="settings">How many shards there are.</param>
/// <param name="key">The payee's, tenant/rep.</param>
internal sealed class AccountHistory(
    ILedger ledger, IDealLog log, TimeProvider time, GrainSettings settings, string key)
{
    private const int PageSize = 1000;
    private readonly string _account = $"rep/{key}";
    private readonly LogMoments _moments = new(log, time, settings, GrainKeys.Split(key).Tenant);
    private readonly PastAccount _now = new();
    private PastAccount _then = new();

    /// <summary>The state with every change that there is.</summary>
    public async Task<PastAccount> NowAsync(CancellationToken cancellation)
    {
        await ReadAsync(_now, static (_, _) => false, cancellation);
        return _now;
    }

    /// <summary>The state at a moment of the past.</summary>
    public Task<Answer<PastAccount>> AtAsync(Moment moment, CancellationToken cancellation) =>
        moment.MomentCase switch
        {
            Moment.MomentOneofCase.Sequence => AtSequenceAsync(moment.Sequence, cancellation),
            Moment.MomentOneofCase.Position => AtPositionAsync(moment.Position, cancellation),
            Moment.MomentOneofCase.Time => AtTimeAsync(moment.Time, cancellation),
            _ => Task.FromResult<Answer<PastAccount>>(
                LogMoments.NoMoment),
        };

    private static Refusal Refuse(string field, string message) => new(RefusalReason.InvalidField, field, message);

    private async Task<Answer<PastAccount>> AtSequenceAsync(long sequence, CancellationToken cancellation)
    {
        var last = (await ledger.ReadLastAsync(_account, cancellation))?.Sequence ?? 0;
        if (sequence < 1 || sequence > last)
        {
            return Refuse("as_of.sequence", last == 0
                ? $"There is no change {sequence}: nothing has changed yet."
                : $"There is no change {sequence}: expected 1 to {last}.");
        }

        if (sequence == _now.Sequence)
        {
            return _now;
        }

        _then = sequence < _then.Sequence ? new PastAccount() : _then;
        await ReadAsync(_then, (at, _) => at > sequence, cancellation);
        return _then;
    }

    private async Task<Answer<PastAccount>> AtPositionAsync(Position position, CancellationToken cancellation)
    {
        var found = await _moments.EventAtAsync(position, cancellation);
        if (found.Value is not { } logged)
        {
            return found.Refusals;
        }

        var revision = await FirstRevisionAsync(logged, cancellation);
        _then = new PastAccount();
        var isMet = false;
        await ReadAsync(_then, IsBeyond, cancellation);
        return isMet ? _then : await AtMillisecondAsync(logged.RecordedAt.ToUnixTimeMilliseconds(), cancellation);

        bool IsBeyond(long sequence, CreditRecord record)
        {
            var wasMet = isMet;
            isMet |= record.Revision == revision && position.Equals(record.Position);
            return wasMet;
        }
    }

    /// <summary>
    /// The revision in which a deal's event was credited at first: later ones, by other territories or managers, may
    /// credit others with it, long after. 0 where the event changed nothing.
    /// </summary>
    private async Task<long> FirstRevisionAsync(LogRecord logged, CancellationToken cancellation)
    {
        var logEvent = LoggedEvents.Read(logged);
        var account = DealGrain.AccountOf(GrainKeys.Of(logEvent.Tenant, logEvent.Request.Deal.Deal_));
        IReadOnlyList<LedgerRecord> page = [];
        do
        {
            var after = page.Count > 0 ? page[^1].Sequence : 0;
            page = await ledger.ReadAsync(account, after, PageSize, cancellation);
            var first = page.FirstOrDefault(stored =>
                DealState.Parser.ParseFrom(stored.Payload.Span).Position.Equals(logEvent.Position));
            if (first is not null)
            {
                return first.Sequence;
            }
        }
        while (page.Count == PageSize);

        return 0;
    }

    private async Task<Answer<PastAccount>> AtTimeAsync(Timestamp moment, CancellationToken cancellation) =>
        _moments.MillisecondOf(moment, out var milliseconds) is { } refusal
            ? refusal
            : await AtMillisecondAsync(milliseconds, cancellation);

    private async Task<PastAccount> AtMillisecondAsync(long milliseconds, CancellationToken cancellation)
    {
        _then = new PastAccount();
        await ReadAsync(_then, (_, record) => record.RecordedMs > milliseconds, cancellation);
        return _then;
    }

    /// <summary>Reads on until the first record that is beyond, or the end.</summary>
    private async Task ReadAsync(
        PastAccount past, Func<long, CreditRecord, bool> isBeyond, CancellationToken cancellation)
    {
        IReadOnlyList<LedgerRecord> page;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            page = await ledger.ReadAsync(_account, past.Sequence, PageSize, cancellation);
            foreach (var stored in page)
            {
                var record = CreditRecord.Parser.ParseFrom(stored.Payload.Span);
                if (isBeyond(stored.Sequence, record))
                {
                    return;
                }

                past.Take(stored.Sequence, record);
            }
        }
        while (page.Count == PageSize);
    }
}
