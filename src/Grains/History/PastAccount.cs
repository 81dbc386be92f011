using System.Collections.Immutable;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Journals;
using Commission.Grains.Reps;

namespace Commission.Grains.History;

/// <summary>A payee's account up to one of its records, and the figures that it comes to. Not safe for concurrent use.
/// </summary>
internal sealed class PastAccount
{
    private const int RecordsInTurn = 1000;
    private readonly Dictionary<string, CreditRecord> _credits = new(StringComparer.Ordinal);
    private readonly Progress _progress = new();
    private RepFigures? _figures;

    /// <summary>Of the last record; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>The last change of the tenant's catalog that the figures follow; 0 before the first.</summary>
    public long Documents { get; private set; }

    /// <summary>The last change of currency rates that the figures follow; 0: none.</summary>
    public long Rates { get; private set; }

    /// <summary>When the last record was taken, milliseconds since 1970 UTC.</summary>
    public long RecordedMs { get; private set; }

    /// <summary>What stands of each deal that the payee is or was credited with, in no particular order.</summary>
    public IReadOnlyCollection<CreditRecord> Credits => _credits.Values;

    /// <summary>As the payee's own answers say it.</summary>
    public AsOf AsOf
    {
        get
        {
            var asOf = _progress.ToApi(Sequence);
            (asOf.Documents, asOf.Rates) = (Documents, Rates);
            return asOf;
        }
    }

    /// <summary>What stands of a deal; null where the payee is not credited with it.</summary>
    public CreditRecord? Find(string deal) =>
        _credits.TryGetValue(deal, out var record) && record.Roles.Count > 0 ? record : null;

    /// <summary>Takes the next record; one that is no news changes nothing but the sequence.</summary>
    public void Take(long sequence, CreditRecord record)
    {
        (Sequence, RecordedMs) = (sequence, Math.Max(RecordedMs, record.RecordedMs));
        if (record.Deal is null)
        {
            (Documents, Rates) = (Math.Max(Documents, record.Documents), Math.Max(Rates, record.Rates));
            _figures = null;
        }
        else if (!_credits.TryGetValue(record.Deal.Deal_, out var before) || record.Revision > before.Revision)
        {
            _credits[record.Deal.Deal_] = record;
            _progress.Include(record.Position, record.RecordedMs);
            _figures?.Apply(record);
        }
    }

    /// <summary>The figures by these documents and rates: those of <see cref="Documents"/> and <see cref="Rates"/>.
    /// </summary>
    public async Task<RepFigures> FiguresAsync(
        RepDocuments documents, CurrencyRates rates, CancellationToken cancellation)
    {
        _figures ??= await BuildAsync(documents.Assignments, rates, cancellation);
        return _figures;
    }

    /// <summary>The figures by any assignments and rates, in pieces between which others have their turn; not kept.
    /// </summary>
    public async Task<RepFigures> BuildAsync(
        ImmutableArray<PlanAssignment> assignments, CurrencyRates rates, CancellationToken cancellation)
    {
        var figures = new RepFigures(assignments, new SameRates(rates));
        figures.Revalue();
        foreach (var (i, record) in _credits.Values.Index())
        {
            figures.Apply(record);
            if (i % RecordsInTurn == RecordsInTurn - 1)
            {
                cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        return figures;
    }

    private sealed class SameRates(CurrencyRates rates) : IRatesSource
    {
        public CurrencyRates At(long sequence) => rates;
    }
}
