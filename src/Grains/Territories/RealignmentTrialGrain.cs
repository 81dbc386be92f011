using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Shards;
using Commission.Storage;

namespace Commission.Grains.Territories;

/// <summary>Compares, for every recorded deal of a shard, whom it credits with whom it would credit.</summary>
public sealed class RealignmentTrialGrain(IDealLog log, ILedger ledger, TenantRulesCache rules)
    : Grain, IRealignmentTrialGrain
{
    private const int PageSize = 256;

    /// <inheritdoc/>
    public async Task<Answer<RealignmentPart>> Try(TryRealignment request, CancellationToken cancellation)
    {
        var (tenant, shard) = GrainKeys.Split(this.GetPrimaryKeyString());
        var before = (await rules.CurrentAsync(tenant)).Crediting;
        var put = request.Put.Select(TerritoryMapping.ToRecordedTerritory)
            .Select(territory => KeyValuePair.Create(territory.Id, territory));
        var after = before.With(before.Version + 1, before.Territories.SetItems(put), before.Managers);
        var trial = new RealignmentTrial(before, after);
        try
        {
            await ReadAsync(tenant, ShardKeys.Number(shard), trial, cancellation);
            return trial.ToPart();
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <summary>The event that each deal stands at, whatever came before it.</summary>
    private async Task ReadAsync(string tenant, int shard, RealignmentTrial trial, CancellationToken cancellation)
    {
        IReadOnlyList<LogRecord> page;
        var at = 0L;
        do
        {
            page = await log.ReadAsync(shard, at, PageSize, cancellation);
            at += page.Count;
            var events = page.Where(record => record.Tenant == tenant).Select(LoggedEvents.Read).ToList();
            var accounts = events.ConvertAll(
                logged => DealGrain.AccountOf(GrainKeys.Of(tenant, logged.Request.Deal.Deal_)));
            var states = await ledger.ReadLastAsync(accounts, cancellation);
            foreach (var (logged, state) in events.Zip(states))
            {
                var stands = state is null ? null : DealState.Parser.ParseFrom(state.Payload.Span).Position;
                if (logged.Position.Equals(stands))
                {
                    trial.Take(DealMapping.ToRecordedDeal(logged.Request.Deal));
                }
            }
        }
        while (page.Count == PageSize);
    }
}

/// <summary>Adds up what other crediting rules would change. For one thread.</summary>
/// <param name="before">The rules as they are.</param>
/// <param name="after">Those that are tried.</param>
internal sealed class RealignmentTrial(CreditingRules before, CreditingRules after)
{
    private readonly Dictionary<(string Rep, CreditRole Role), Impact> _impacts = [];
    private long _deals;
    private long _changed;

    /// <summary>Takes a deal as it stands.</summary>
    public void Take(Deal deal)
    {
        _deals++;
        var (old, now) = (before.Credit(deal), after.Credit(deal));
        var (oldShares, nowShares) = (SharesOf(old), SharesOf(now));
        var changed = !old.Territories.AsSpan().SequenceEqual(now.Territories.AsSpan());
        foreach (var key in oldShares.Keys.Union(nowShares.Keys))
        {
            var (was, will) = (Share(oldShares, key), Share(nowShares, key));
            if (was != will)
            {
                changed = true;
                Impact(key).Take(deal, was, will);
            }
        }

        _changed += changed ? 1 : 0;
    }

    /// <summary>What was added up.</summary>
    public RealignmentPart ToPart()
    {
        var part = new RealignmentPart { Deals = _deals, DealsChanged = _changed };
        part.Payees.AddRange(_impacts
            .OrderBy(entry => entry.Key.Rep, StringComparer.Ordinal).ThenBy(entry => entry.Key.Role)
            .Select(entry => entry.Value.ToApi(entry.Key.Rep, entry.Key.Role)));
        return part;
    }

    private static decimal? Share(
        Dictionary<(string Rep, CreditRole Role), decimal> shares, (string Rep, CreditRole Role) key) =>
        shares.TryGetValue(key, out var share) ? share : null;

    private static Dictionary<(string Rep, CreditRole Role), decimal> SharesOf(CreditedDeal credited) => credited.Reps
        .SelectMany(rep => rep.Roles.Select(role => (Key: (rep.Rep, role.Role), role.Share)))
        .ToDictionary(one => one.Key, one => one.Share);

    private Impact Impact((string Rep, CreditRole Role) key)
    {
        if (!_impacts.TryGetValue(key, out var impact))
        {
            _impacts.Add(key, impact = new Impact());
        }

        return impact;
    }
}

/// <summary>What changes for a payee in one role.</summary>
internal sealed class Impact
{
    // Beyond what is sold anywhere; shares and amounts may each be as large as 10^15.
    private const decimal MostShare = 1_000_000_000_000m;
    private const decimal MostMoney = 9_000_000_000_000_000_000m;
    private readonly SortedDictionary<string, (decimal Before, decimal After)> _credited = new(StringComparer.Ordinal);
    private (long Before, long After) _deals;

    /// <summary>Takes a deal of which the payee has another share, or none before or after.</summary>
    public void Take(Deal deal, decimal? was, decimal? will)
    {
        _deals = (_deals.Before + (was is null ? 0 : 1), _deals.After + (will is null ? 0 : 1));
        if (deal is { Status: DealStatus.Won, Currency: { } currency })
        {
            var (before, after) = _credited.GetValueOrDefault(currency);
            _credited[currency] = (
                Bounded(before + Part(deal.Amount, was ?? 0m)), Bounded(after + Part(deal.Amount, will ?? 0m)));
        }
    }

    private static decimal Part(decimal amount, decimal share) => Bounded(amount * Math.Min(share, MostShare));

    private static decimal Bounded(decimal sum) => Math.Clamp(sum, -MostMoney, MostMoney);

    /// <summary>As the API says it.</summary>
    public Contracts.V1.PayeeImpact ToApi(string rep, CreditRole role)
    {
        var impact = new Contracts.V1.PayeeImpact
        {
            Rep = rep,
            Role = role.ToString().ToLowerInvariant(),
            DealsBefore = _deals.Before,
            DealsAfter = _deals.After,
        };
        foreach (var (currency, (before, after)) in _credited)
        {
            impact.CreditedBefore.Add(MoneyMapping.ToMoney(before, currency));
            impact.CreditedAfter.Add(MoneyMapping.ToMoney(after, currency));
        }

        return impact;
    }
}
