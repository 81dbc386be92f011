using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>A payee's books, and which revision of each deal is in them. Not safe for concurrent use.</summary>
/// <param name="assignments">In order of dates.</param>
internal sealed class RepFigures(ImmutableArray<PlanAssignment> assignments)
{
    private readonly Dictionary<string, long> _revisions = new(StringComparer.Ordinal);

    /// <summary>The engine's books.</summary>
    public RepBooks Books { get; } = new(assignments, CurrencyRates.None);

    /// <summary>Which state the figures are of.</summary>
    public Progress Progress { get; } = new();

    /// <summary>The last change of documents that the account knows of.</summary>
    public long Documents { get; private set; }

    /// <summary>Whether a record would change anything.</summary>
    public bool IsNews(CreditRecord record) => record.Deal is null
        ? record.Documents > Documents
        : record.Revision > _revisions.GetValueOrDefault(record.Deal.Deal_);

    /// <summary>Takes a durable record; ignores one that is no news.</summary>
    public void Apply(CreditRecord record)
    {
        if (!IsNews(record))
        {
            return;
        }

        if (record.Deal is null)
        {
            Documents = record.Documents;
            return;
        }

        _revisions[record.Deal.Deal_] = record.Revision;
        Books.Apply(ToCredit(record));
        Progress.Include(record.Position, record.RecordedMs);
    }

    private static DealCredit ToCredit(CreditRecord record)
    {
        if (record.Roles.Count == 0)
        {
            return new DealCredit(new Deal { Id = record.Deal.Deal_, Credited = default }, []);
        }

        var roles = record.Roles
            .Select(role => new RoleShare(
                (CreditRole)role.Role, decimal.Parse(role.Share, CultureInfo.InvariantCulture)));
        return new DealCredit(DealMapping.ToRecordedDeal(record.Deal), [.. roles]);
    }
}
