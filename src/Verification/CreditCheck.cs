using System.Globalization;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Mapping;
using Google.Protobuf;
using Deal = Commission.Contracts.V1.Deal;
using Difference = Commission.Contracts.V1.Difference;

namespace Commission.Verification;

/// <summary>Compares the records of a payee's account with the credits that it must hold.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="payee">The payee.</param>
/// <param name="scope">What the log says.</param>
internal sealed class CreditCheck(string tenant, string payee, Scope scope)
{
    private readonly Dictionary<string, Held> _latest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DealCredit> _same = new(StringComparer.Ordinal);
    private readonly List<CreditRecord> _news = [];

    /// <summary>What the account differs in, though it may not.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>Deals that differ and may.</summary>
    public List<StandingDeal> Pending { get; } = [];

    /// <summary>The credits that the payee must hold; of a deal that may differ, what it holds.</summary>
    public List<DealCredit> Standing { get; } = [];

    /// <summary>The last change of documents that the account knows of.</summary>
    public long Documents { get; private set; }

    /// <summary>The last change of currency rates that the account follows.</summary>
    public long Rates { get; private set; }

    /// <summary>Takes the next record of the account. A revision that it has changes nothing.</summary>
    public void Take(ReadOnlyMemory<byte> payload)
    {
        var record = CreditRecord.Parser.ParseFrom(payload.Span);
        if (record.Deal is null)
        {
            (Documents, Rates) = (Math.Max(Documents, record.Documents), Math.Max(Rates, record.Rates));
        }
        else if (!_latest.TryGetValue(record.Deal.Deal_, out var before) || record.Revision > before.Record.Revision)
        {
            _latest[record.Deal.Deal_] = new Held(record, payload);
            _news.Add(record);
        }
    }

    /// <summary>Compares; to be called once, after the last record.</summary>
    public void Compare(IReadOnlyList<ExpectedCredit> expected)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var credit in expected)
        {
            known.Add(credit.Deal.Id);
            var isThere = _latest.TryGetValue(credit.Deal.Id, out var held);
            Compare(credit, isThere ? held : null);
        }

        foreach (var (id, held) in _latest)
        {
            if (held.Record.Roles.Count > 0 && !known.Contains(id))
            {
                CompareWithNothing(id, held.Record);
            }
        }
    }

    /// <summary>What the account comes to when it is applied record by record, as it arrived.</summary>
    public IEnumerable<DealCredit> Applied() => _news.Select(record =>
        _same.TryGetValue(record.Deal.Deal_, out var same) && ReferenceEquals(_latest[record.Deal.Deal_].Record, record)
            ? same
            : CreditRecords.ToCredit(record));

    private void Compare(ExpectedCredit credit, Held? held)
    {
        var found = held?.Record;
        var differences = held is { } same && IsSame(credit, same) ? [] : Between(credit, found);
        if (differences.Count > 0 && scope.MayDiffer(credit.Deal, found?.Position))
        {
            Pending.Add(credit.Deal);
            if (found is not null)
            {
                Standing.Add(CreditRecords.ToCredit(found));
            }

            return;
        }

        var facts = differences.Count == 0 ? found!.Deal : credit.Deal.Facts();
        var standing = new DealCredit(DealMapping.ToRecordedDeal(facts), credit.Roles.Shares);
        Standing.Add(standing);
        Differences.AddRange(differences);
        if (differences.Count == 0)
        {
            _same.Add(credit.Deal.Id, standing);
        }
    }

    private void CompareWithNothing(string id, CreditRecord found)
    {
        var deal = scope.Deals.Find(tenant, id);
        if (scope.MayDiffer(deal, found.Position))
        {
            Pending.AddRange(deal is null ? [] : [deal]);
            Standing.Add(CreditRecords.ToCredit(found));
            return;
        }

        var place = new Difference { Tenant = tenant, Payee = payee, Deal = id };
        place.Positions.Add(found.Position ?? new Position());
        Differences.Add(place.Of("roles", "", Describe(found)));
    }

    /// <summary>
    /// Finds most credits the same without any text, and without their events parsed; of the others
    /// <see cref="Between"/> decides.
    /// </summary>
    private static bool IsSame(ExpectedCredit credit, Held held) =>
        held.Record.Roles.Count > 0
        && credit.Deal.IsAt(held.Record.Position)
        && (credit.Deal.Revision == 0 || credit.Deal.Revision == held.Record.Revision)
        && IsOf(held.Record, credit.Roles)
        && credit.Deal.HasFacts(held.Payload.Span);

    private List<Difference> Between(ExpectedCredit credit, CreditRecord? found)
    {
        var differences = new List<Difference>();
        var place = new Difference
        {
            Tenant = tenant, Payee = payee, Deal = credit.Deal.Id, Positions = { credit.Deal.Position },
        };
        if (found is null || found.Roles.Count == 0)
        {
            differences.Add(place.Of("roles", credit.Roles.Text, ""));
            return differences;
        }

        if (!IsOf(found, credit.Roles))
        {
            differences.Add(place.Of("roles", credit.Roles.Text, Describe(found)));
        }

        differences.AddRange(BetweenFacts(place, credit.Deal.Facts(), found.Deal));
        if (!credit.Deal.Position.Equals(found.Position))
        {
            differences.Add(place.Of("position", credit.Deal.Position.ToText(), found.Position.ToText()));
        }

        if (credit.Deal.Revision > 0 && credit.Deal.Revision != found.Revision)
        {
            differences.Add(place.Of("revision", credit.Deal.Revision.ToText(), found.Revision.ToText()));
        }

        return differences;
    }

    private static IEnumerable<Difference> BetweenFacts(Difference place, Deal expected, Deal found) =>
        expected.Equals(found)
            ? []
            : Deal.Descriptor.Fields.InFieldNumberOrder()
                .Select(field => (field.JsonName, Expected: field.Accessor.GetValue(expected),
                    Found: field.Accessor.GetValue(found)))
                .Where(field => !Equals(field.Expected, field.Found))
                .Select(field => place.Of(field.JsonName, Text(field.Expected), Text(field.Found)));

    private static string Text(object? value) => value switch
    {
        null => "",
        Money money => $"{money.ToDecimal().ToText()} {money.Currency}",
        IMessage message => JsonFormatter.Default.Format(message),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static bool IsOf(CreditRecord found, RoleSet roles)
    {
        for (var i = 0; i < found.Roles.Count && found.Roles.Count == roles.Shares.Length; i++)
        {
            var other = found.Roles[i];
            if (other.ToShare() != roles.Shares[i] || !roles.Reasons[i].IsOf(other))
            {
                return false;
            }
        }

        return found.Roles.Count == roles.Shares.Length;
    }

    private static string Describe(CreditRecord record) => string.Join("; ", record.Roles.Select(
        role => StandingDeals.Describe(role.ToShare(), role.ToReason())));

    /// <summary>A record, and its bytes.</summary>
    private readonly record struct Held(CreditRecord Record, ReadOnlyMemory<byte> Payload);
}
