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
    private readonly Dictionary<string, CreditRecord> _latest = new(StringComparer.Ordinal);
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
    public void Take(ReadOnlySpan<byte> payload)
    {
        var record = CreditRecord.Parser.ParseFrom(payload);
        if (record.Deal is null)
        {
            (Documents, Rates) = (Math.Max(Documents, record.Documents), Math.Max(Rates, record.Rates));
        }
        else if (!_latest.TryGetValue(record.Deal.Deal_, out var before) || record.Revision > before.Revision)
        {
            _latest[record.Deal.Deal_] = record;
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
            Compare(credit, _latest.GetValueOrDefault(credit.Deal.Id));
        }

        foreach (var (id, record) in _latest)
        {
            if (record.Roles.Count > 0 && !known.Contains(id))
            {
                CompareWithNothing(id, record);
            }
        }
    }

    /// <summary>What the account comes to when it is applied record by record, as it arrived.</summary>
    public IEnumerable<DealCredit> Applied() => _news.Select(record =>
        _same.TryGetValue(record.Deal.Deal_, out var same) && ReferenceEquals(_latest[record.Deal.Deal_], record)
            ? same
            : ToCredit(record));

    private void Compare(ExpectedCredit credit, CreditRecord? found)
    {
        var facts = credit.Deal.Facts();
        var differences = found is not null && IsSame(credit, facts, found) ? [] : Between(credit, facts, found);
        if (differences.Count > 0 && scope.MayDiffer(credit.Deal, found?.Position))
        {
            Pending.Add(credit.Deal);
            if (found is not null)
            {
                Standing.Add(ToCredit(found));
            }

            return;
        }

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
            Standing.Add(ToCredit(found));
            return;
        }

        var place = new Difference { Tenant = tenant, Payee = payee, Deal = id };
        place.Positions.Add(found.Position ?? new Position());
        Differences.Add(place.Of("roles", "", Describe(found)));
    }

    /// <summary>Finds most credits the same without any text; of the others <see cref="Between"/> decides.</summary>
    private static bool IsSame(ExpectedCredit credit, Deal facts, CreditRecord found) =>
        found.Roles.Count > 0
        && credit.Deal.IsAt(found.Position)
        && (credit.Deal.Revision == 0 || credit.Deal.Revision == found.Revision)
        && IsOf(found, credit.Roles)
        && facts.Equals(found.Deal);

    private List<Difference> Between(ExpectedCredit credit, Deal facts, CreditRecord? found)
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

        differences.AddRange(BetweenFacts(place, facts, found.Deal));
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
            var (role, share) = roles.Shares[i];
            var other = found.Roles[i];
            if (other.Role != (int)role || Share(other) != share || other.Reason != roles.Reasons[i])
            {
                return false;
            }
        }

        return found.Roles.Count == roles.Shares.Length;
    }

    private static decimal Share(RoleCredit role) => decimal.Parse(role.Share, CultureInfo.InvariantCulture);

    private static string Describe(CreditRecord record) => string.Join("; ", record.Roles.Select(
        role => StandingDeals.Describe((CreditRole)role.Role, Share(role), role.Reason)));

    private static DealCredit ToCredit(CreditRecord record) => record.Roles.Count == 0
        ? new DealCredit(new Engine.Deal { Id = record.Deal.Deal_, Credited = default }, [])
        : new DealCredit(
            DealMapping.ToRecordedDeal(record.Deal),
            [.. record.Roles.Select(role => new RoleShare((CreditRole)role.Role, Share(role)))]);
}
