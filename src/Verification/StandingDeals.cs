using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Mapping;
using Commission.Storage;
using Api = Commission.Contracts.V1;

namespace Commission.Verification;

/// <summary>Every deal of the log with the event that stands, and who must be credited with it.</summary>
internal sealed class StandingDeals
{
    private readonly Dictionary<string, StandingDeal> _deals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RoleSet> _roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(CreditRole, decimal, CreditSource, string?), RoleSet> _single = [];

    /// <summary>Events taken.</summary>
    public long Events { get; private set; }

    /// <summary>Every deal.</summary>
    public IReadOnlyCollection<StandingDeal> All => _deals.Values;

    /// <summary>A deal by its tenant and id; null where the log has no event of it.</summary>
    public StandingDeal? Find(string tenant, string id) => _deals.GetValueOrDefault(GrainKeys.Of(tenant, id));

    /// <summary>Takes the next event of a shard.</summary>
    /// <exception cref="UnverifiableException">The deal's events are in two shards: they have no order.</exception>
    public void Take(LogRecord record)
    {
        Events++;
        var (id, version) = Checked(() => HeadOf(record), record.Shard, record.Number);
        var key = GrainKeys.Of(record.Tenant, id);
        if (!_deals.TryGetValue(key, out var deal))
        {
            deal = new StandingDeal(Pooled(record.Tenant), id, record.Shard);
            _deals.Add(key, deal);
        }

        if (deal.Shard != record.Shard)
        {
            throw new UnverifiableException(
                $"The events of deal {key} are in shards {deal.Shard} and {record.Shard}: they have no order.");
        }

        deal.Take(record.Number, version, record.Payload);
    }

    private static EventHead HeadOf(LogRecord record) =>
        EventHead.Of(record.Payload.Span) ?? throw new InvalidOperationException("It has no deal.");

    /// <summary>Works out who must be credited with each deal for which that is not known yet.</summary>
    /// <param name="rulesOf">A tenant's rules.</param>
    /// <param name="all">Also for those for which it is: the rules have changed.</param>
    /// <param name="options">How many threads.</param>
    public void Credit(Func<string, CreditingRules> rulesOf, bool all, ParallelOptions options) =>
        Parallel.ForEach(_deals.Values.Where(deal => all || deal.Payees.IsDefault), options, deal =>
        {
            var (total, recorded) = Checked(
                () => deal.Read() is var read ? (TotalOf(read), DealMapping.ToRecordedDeal(read)) : default,
                deal.Shard,
                deal.Number);
            var credited = rulesOf(deal.Tenant).Credit(recorded);
            var payees = credited.Reps.Select(rep => new PayeeRoles(Pooled(rep.Rep), RolesOf(rep)));
            deal.Credit([.. payees], credited.Territories, credited.Territories.IsEmpty ? null : total);
        });

    /// <summary>Of a deal only what totals are of: it is kept for each deal.</summary>
    private Api.Deal TotalOf(Api.Deal deal)
    {
        var total = new Api.Deal { Status = deal.Status, Credited = Pooled(deal.Credited), Amount = deal.Amount };
        if (deal.Amount is { } amount)
        {
            amount.Currency = Pooled(amount.Currency);
        }

        return total;
    }

    private static T Checked<T>(Func<T> read, int shard, long number)
    {
        try
        {
            return read();
        }
        catch (Exception unreadable) when (Unreadable.Is(unreadable))
        {
            throw new UnverifiableException(FormattableString.Invariant(
                $"Event {number} of shard {shard} can't be read as one: {unreadable.Message}"));
        }
    }

    private string Pooled(string name) => _names.GetOrAdd(name, name);

    private RoleSet RolesOf(RepCredit credit) => credit.Reasons is [var only] && credit.Roles.Length == 1
        ? _single.GetOrAdd((only.Role, only.Share, only.Source, only.By), _ => PooledRolesOf(credit))
        : PooledRolesOf(credit);

    private RoleSet PooledRolesOf(RepCredit credit)
    {
        var reasons = credit.Roles.Select(role => ReasonOf(credit, role)).ToImmutableArray();
        var text = string.Join(
            "; ",
            credit.Roles.Zip(
                reasons, (role, reason) => Describe(role, CreditRecords.InWords(reason.Source, reason.By))));
        return _roles.GetOrAdd(text, _ => new RoleSet(credit.Roles, reasons, text));
    }

    /// <summary>A role in words.</summary>
    public static string Describe(RoleShare role, string reason) => string.Create(
        CultureInfo.InvariantCulture, $"{role.Role.ToString().ToLowerInvariant()} {role.Share.ToText()} ({reason})");

    private static RoleReason ReasonOf(RepCredit credit, RoleShare role)
    {
        var first = CreditRecords.ReasonOf(credit, role);
        return new RoleReason(first.Source, first.By);
    }
}
