using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Shards;
using Commission.Storage;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.History;

/// <summary>Reads what a deal was from its journal and the log.</summary>
/// <param name="ledger">Where the journal is.</param>
/// <param name="log">Where its events are.</param>
/// <param name="rules">For notes of before credits were kept.</param>
/// <param name="moments">Reads moments.</param>
/// <param name="key">The deal's, tenant/deal.</param>
internal sealed class DealRevisions(
    ILedger ledger, IDealLog log, TenantRulesCache rules, LogMoments moments, string key)
{
    private const int DefaultPage = 20;
    private const int LargestPage = 100;
    private const int PageSize = 1000;
    private const string Recomputed =
        "recomputed: who was credited then was not kept; shown is who would be by today's rules.";

    private readonly string _account = DealGrain.AccountOf(key);
    private LoggedEvent? _read;
    private Timestamp? _readAt;

    /// <summary>The deal at a moment; null: as it stands.</summary>
    public async Task<Answer<DealView>> GetAsync(Moment? moment, CancellationToken cancellation)
    {
        var found = moment is null
            ? OrUnknown(await ledger.ReadLastAsync(_account, cancellation))
            : await AtAsync(moment, cancellation);
        return found.Value is { } stored ? await ViewAsync(stored, cancellation) : found.Refusals;
    }

    /// <summary>A page of the revisions.</summary>
    public async Task<Answer<DealHistory>> ListAsync(GetDealHistoryRequest request, CancellationToken cancellation)
    {
        var fields = new Fields();
        var size = SizeOf(request, fields);
        var after = AfterOf(request, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        // With the one before the page, from which its first one differs.
        var first = Math.Max(0, after - 1);
        var read = await ledger.ReadAsync(_account, first, size + (int)(after - first) + 1, cancellation);
        var before = after > 0 && read.Count > 0 ? read[0] : null;
        List<LedgerRecord> page = [.. read.Where(stored => stored.Sequence > after).Take(size)];
        if (page.Count == 0 && after == 0)
        {
            return Unknown();
        }

        var reply = new DealHistory();
        var last = before is null ? null : await ViewAsync(before, cancellation);
        foreach (var stored in page)
        {
            var state = await ViewAsync(stored, cancellation);
            reply.Revisions.Add(RevisionChanges.Between(last, state));
            last = state;
        }

        reply.NextPageToken = page.Count == size && read[^1].Sequence > page[^1].Sequence
            ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture)
            : "";
        return reply;
    }

    private static int SizeOf(GetDealHistoryRequest request, Fields fields)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            fields.Refuse("page_size", $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        return request.PageSize == 0 ? DefaultPage : request.PageSize;
    }

    private static long AfterOf(GetDealHistoryRequest request, Fields fields)
    {
        var after = 0L;
        if (request.PageToken.Length > 0
            && !(long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out after)
                && after > 0))
        {
            fields.Refuse("page_token", "This is not what a page before ended with: ask for the first page again.");
        }

        return after;
    }

    private Task<Answer<LedgerRecord>> AtAsync(Moment moment, CancellationToken cancellation) =>
        moment.MomentCase switch
        {
            Moment.MomentOneofCase.Sequence => AtRevisionAsync(moment.Sequence, cancellation),
            Moment.MomentOneofCase.Position => AtPositionAsync(moment.Position, cancellation),
            Moment.MomentOneofCase.Time => AtTimeAsync(moment.Time, cancellation),
            _ => Task.FromResult<Answer<LedgerRecord>>(LogMoments.NoMoment),
        };

    private async Task<Answer<LedgerRecord>> AtRevisionAsync(long revision, CancellationToken cancellation)
    {
        var last = (await ledger.ReadLastAsync(_account, cancellation))?.Sequence ?? 0;
        return last == 0 ? Unknown()
            : revision < 1 || revision > last
                ? new Refusal(RefusalReason.InvalidField, "as_of.sequence",
                    $"There is no revision {revision}: expected 1 to {last}.")
                : (await ledger.ReadAsync(_account, revision - 1, 1, cancellation))[0];
    }

    private async Task<Answer<LedgerRecord>> AtPositionAsync(Position position, CancellationToken cancellation)
    {
        var found = await moments.EventAtAsync(position, cancellation);
        if (found.Value is not { } logged)
        {
            return found.Refusals;
        }

        LedgerRecord? first = null;
        await ReadAsync((stored, state) => (first ??= position.Equals(state.Position) ? stored : null) is null,
            cancellation);
        return first ?? OrUnknown(
            await LastUntilAsync(logged.RecordedAt.ToUnixTimeMilliseconds(), cancellation));
    }

    private async Task<Answer<LedgerRecord>> AtTimeAsync(Timestamp moment, CancellationToken cancellation) =>
        moments.MillisecondOf(moment, out var milliseconds) is { } refusal
            ? refusal
            : OrUnknown(await LastUntilAsync(milliseconds, cancellation));

    private async Task<LedgerRecord?> LastUntilAsync(long milliseconds, CancellationToken cancellation)
    {
        LedgerRecord? last = null;
        await ReadAsync((stored, state) =>
        {
            last = state.RecordedMs <= milliseconds ? stored : last;
            return state.RecordedMs <= milliseconds;
        }, cancellation);
        return last;
    }

    /// <summary>Reads the journal while it is asked to go on.</summary>
    private async Task ReadAsync(Func<LedgerRecord, DealState, bool> goesOn, CancellationToken cancellation)
    {
        IReadOnlyList<LedgerRecord> page = [];
        do
        {
            page = await ledger.ReadAsync(_account, page.Count > 0 ? page[^1].Sequence : 0, PageSize, cancellation);
            if (!page.All(stored => goesOn(stored, DealState.Parser.ParseFrom(stored.Payload.Span))))
            {
                return;
            }
        }
        while (page.Count == PageSize);
    }

    private async Task<DealView> ViewAsync(LedgerRecord stored, CancellationToken cancellation)
    {
        var state = DealState.Parser.ParseFrom(stored.Payload.Span);
        var logged = await EventAsync(state.Position, cancellation);
        var view = new DealView
        {
            Deal = logged.Request.Deal,
            EventId = logged.Request.EventId,
            Version = logged.Request.Version,
            Position = state.Position,
            Recorded = _readAt,
            AsOf = new AsOf { Sequence = stored.Sequence, Log = { state.Position } },
        };
        if (state.RecordedMs > 0)
        {
            view.AsOf.Time = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(state.RecordedMs));
        }

        if (state.Credited is null)
        {
            var known = await rules.CurrentAsync(GrainKeys.Split(key).Tenant);
            state.Credited = CreditNotes.Of(known.Crediting.Credit(DealMapping.ToRecordedDeal(view.Deal)));
            view.Notices.Add(Recomputed);
        }

        view.Credits.AddRange(state.Credited.ToApi());
        view.Territories.AddRange(state.Credited.Territories);
        return view;
    }

    private async Task<LoggedEvent> EventAsync(Position position, CancellationToken cancellation)
    {
        if (_read is null || !position.Equals(_read.Position))
        {
            var records = await log.ReadAsync(position.Shard, position.Number - 1, 1, cancellation);
            Invariant.Holds(records.Count == 1, $"shard {position.Shard} has no event {position.Number}");
            (_read, _readAt) = (LoggedEvents.Read(records[0]), Timestamp.FromDateTimeOffset(records[0].RecordedAt));
        }

        return _read;
    }

    private Answer<LedgerRecord> OrUnknown(LedgerRecord? stored) => stored is null ? Unknown() : stored;

    private Refusal Unknown() => new(RefusalReason.UnknownDeal, "deal",
        $"No event of a deal '{GrainKeys.Split(key).Id}' was recorded by then.");
}
