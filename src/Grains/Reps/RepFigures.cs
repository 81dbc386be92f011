using System.Collections.Immutable;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>A payee's books, and which revision of each deal is in them. Not safe for concurrent use.</summary>
/// <param name="assignments">In order of dates.</param>
/// <param name="rates">By which deals in other currencies count.</param>
internal sealed partial class RepFigures(ImmutableArray<PlanAssignment> assignments, IRatesSource rates)
{
    private Dictionary<string, long>? _revisions;
    private (DateOnly Day, ImmutableArray<ComponentEstimate> Components) _shape;

    /// <summary>The engine's books.</summary>
    public RepBooks Books { get; } = new(assignments, CurrencyRates.None);

    /// <summary>Which state the figures are of.</summary>
    public Progress Progress { get; } = new();

    /// <summary>The last change of documents that the account knows of.</summary>
    public long Documents { get; private set; }

    /// <summary>The last change of currency rates that the account knows of: the books are by it.</summary>
    public long Rates { get; private set; }

    /// <summary>When the last record was taken, milliseconds since 1970 UTC; 0 before the first.</summary>
    public long RecordedMs { get; private set; }

    /// <summary>The revision of a deal that is included; 0 for none.</summary>
    public long RevisionOf(string deal) => _revisions?.GetValueOrDefault(deal) ?? 0;

    /// <summary>
    /// The components that there are on a day, for their titles and windows, which follow from documents and the day
    /// alone: their figures may be older ones. Empty where there is no plan.
    /// </summary>
    public ImmutableArray<ComponentEstimate> ShapeOn(DateOnly day)
    {
        if (_shape.Components.IsDefault || _shape.Day != day)
        {
            _shape = (day, Books.Estimate(day)?.Components ?? []);
        }

        return _shape.Components;
    }

    // Most payees of many have no deals.
    private Dictionary<string, long> Revisions => _revisions ??= new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Whether a record would change anything.</summary>
    public bool IsNews(CreditRecord record) => record.Deal is null
        ? record.Documents > Documents || record.Rates > Rates
        : record.Revision > RevisionOf(record.Deal.Deal_);

    /// <summary>Takes a durable record; ignores one that is no news.</summary>
    public void Apply(CreditRecord record)
    {
        if (!IsNews(record))
        {
            return;
        }

        RecordedMs = Math.Max(RecordedMs, record.RecordedMs);
        if (record.Deal is null)
        {
            Documents = Math.Max(Documents, record.Documents);
            Follow(record.Rates);
            return;
        }

        Revisions[record.Deal.Deal_] = record.Revision;
        Books.Apply(CreditRecords.ToCredit(record));
        Progress.Include(record.Position, record.RecordedMs);
    }

    /// <summary>Counts deals in other currencies by the rates after a change, if it is a later one.</summary>
    public void Follow(long rates)
    {
        if (rates > Rates)
        {
            Rates = rates;
            Revalue();
        }
    }

    /// <summary>Counts them by the rates that it follows: those were not known here, and are now.</summary>
    public void Revalue() => Books.Revalue(rates.At(Rates));
}

/// <summary>Currency rates as they were and are.</summary>
internal interface IRatesSource
{
    /// <summary>The currency rates after a change of the tenant's catalog.</summary>
    CurrencyRates At(long sequence);
}
