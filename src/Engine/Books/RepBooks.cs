using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>One payee's credits, indexed so that every figure follows in time that hardly grows with the number of
/// deals. Not safe
/// for concurrent use. Figures always equal <see cref="Evaluator.Evaluate"/> of the same credits, whatever the order
/// of arrival.
/// </summary>
public sealed class RepBooks
{
    private const int NoAccount = -1;

    private readonly Account[] _accounts;
    private Dictionary<string, Location>? _deals;
    private CompactCredits? _pipeline;
    private CompactCredits? _foreign;

    /// <summary>Empty books.</summary>
    /// <param name="assignments">In order of dates, not overlapping.</param>
    /// <param name="rates">For deals that are not in plan currency.</param>
    public RepBooks(ImmutableArray<PlanAssignment> assignments, CurrencyRates rates)
    {
        Assignments = assignments;
        Rates = rates;
        _accounts = [.. assignments.Select(assignment => new Account(assignment.Rules))];
    }

    /// <summary>As given.</summary>
    public ImmutableArray<PlanAssignment> Assignments { get; }

    /// <summary>As given last.</summary>
    public CurrencyRates Rates { get; private set; }

    /// <summary>Currencies of credited deals, won or open, that are not those of the plans in force on their days, in
    /// no particular order: rates from them matter. O(deals in such currencies + open deals).</summary>
    public IReadOnlyCollection<string> ForeignCurrencies =>
    [
        .. (_foreign ?? Enumerable.Empty<DealCredit>()).Concat(Pipeline.Where(IsForeign))
            .Select(credit => credit.Deal.Currency!).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Won deals that are credited, assigned or not.</summary>
    public int DealCount => _deals?.Count ?? 0;

    /// <summary>Credits of open deals: the payee's pipeline, in no particular order; of their fields those that the
    /// plans ask for.</summary>
    public IReadOnlyCollection<DealCredit> Pipeline => _pipeline is { } open ? open : [];

    /// <summary>Ids of won deals outside every assignment, in order of (credit date, id).</summary>
    public ImmutableArray<string> Unassigned =>
    [
        .. Placed.Where(deal => deal.Value.Account == NoAccount)
            .OrderBy(deal => deal.Value.Day).ThenBy(deal => deal.Key, StringComparer.Ordinal)
            .Select(deal => deal.Key),
    ];

    /// <summary>Whether a won deal of that id is credited.</summary>
    public bool Contains(string deal) => _deals?.ContainsKey(deal) == true;

    /// <summary>Credited won deals in the order of (credit date, id), assignment by assignment, without the
    /// unassigned.</summary>
    public ImmutableArray<string> Deals()
    {
        var places = new List<Place>();
        foreach (var account in _accounts)
        {
            account.Tree.AddPlaces(places);
        }

        return [.. places.Select(place => place.Deal!)];
    }

    /// <summary>Replaces whatever was known of the deal. A deal that is not won, or has no roles, is not earned; an
    /// open one
    /// is kept as pipeline. O(log n).</summary>
    public void Apply(DealCredit credit)
    {
        var id = credit.Deal.Id;
        var won = credit.Deal.Status == DealStatus.Won && !credit.Roles.IsDefaultOrEmpty;
        VersionRules? version = null;
        var account = won ? Find(credit.Deal.Credited, out version) : null;

        // Whatever can fail comes first: after it, nothing is left half done.
        var tallies = account?.Count(version!, credit, Rates);
        Forget(id);
        if (won)
        {
            var place = new Place(credit.Deal.Credited.DayNumber, id);
            Placed[id] = new Location(place.Day, Array.IndexOf(_accounts, account));
            if (account is not null)
            {
                account.Insert(place, tallies!);
                NoteForeign(version!, credit);
            }
        }
        else if (credit.Deal.Status == DealStatus.Open && !credit.Roles.IsDefaultOrEmpty)
        {
            (_pipeline ??= new CompactCredits(Assignments)).Keep(credit);
        }
    }

    /// <summary>Takes the credits of a payee whose books are empty: the same as to <see cref="Apply"/> each, in
    /// O(n log n) for
    /// putting them in order, and O(n) for the rest. Where it fails, the books are to be given up.</summary>
    /// <param name="credits">At most one for each deal.</param>
    /// <exception cref="InvalidOperationException">The books are not empty.</exception>
    public void Load(IReadOnlyCollection<DealCredit> credits)
    {
        if (DealCount + Pipeline.Count > 0)
        {
            throw new InvalidOperationException("Only empty books can be loaded.");
        }

        if (credits.Count > 0)
        {
            Placed.EnsureCapacity(credits.Count);
        }

        var placed = Array.ConvertAll(
            _accounts, _ => new List<(Place Place, VersionRules Version, DealCredit Credit)>());
        foreach (var credit in credits)
        {
            Enter(credit, placed);
        }

        for (var i = 0; i < placed.Length; i++)
        {
            _accounts[i].Load(PlaceOrder.Of(placed[i], static credit => credit.Place), Rates);
        }
    }

    /// <summary>Has other rates from now on: deals for which they differ are counted anew, O(log n) each; the others
    /// stay as they are. Where it fails, the books are to be given up.</summary>
    public void Revalue(CurrencyRates rates)
    {
        var before = Rates;
        Rates = rates;
        if (ReferenceEquals(before, rates) || _foreign is null)
        {
            return;
        }

        foreach (var credit in _foreign.ToList())
        {
            _ = Find(credit.Deal.Credited, out var version);
            var (own, plan) = (credit.Deal.Currency!, version!.Plan.Currency.Code);
            if (Differ(before, rates, own, plan, credit.Deal.Credited))
            {
                Apply(credit);
            }
        }
    }

    /// <summary>How the payee stands on the plan in force on a day; null where none is.</summary>
    public Estimate? Estimate(DateOnly on) =>
        Find(on, out var version) is { } account ? Estimates.Of(account, version!, on) : null;

    /// <summary>Earned from one day to another, both inclusive, by every assignment that the span touches.</summary>
    public ImmutableArray<EarnedSum> EarnedBetween(DateOnly from, DateOnly to)
    {
        var sums = ImmutableArray.CreateBuilder<EarnedSum>();
        foreach (var account in Touched(from, to))
        {
            var plan = account.Rules.Versions[^1].Plan;
            var earned = Earnings.Total(account.View, account.Rules, from, to);
            sums.Add(new EarnedSum(plan.Id, plan.Currency, earned));
        }

        return sums.ToImmutable();
    }

    /// <summary>Counted from one day to another, both inclusive, by every component of every assignment that the span
    /// touches.
    /// </summary>
    public ImmutableArray<CreditedSum> CreditedBetween(DateOnly from, DateOnly to)
    {
        var sums = ImmutableArray.CreateBuilder<CreditedSum>();
        foreach (var account in from <= to ? Touched(from, to) : [])
        {
            var plan = account.Rules.Versions[^1].Plan;
            using var scratch = new Scratch(account.Rules.Slots);
            account.View.Between(Place.StartOf(from), Place.EndOf(to), scratch.Tallies);
            for (var slot = 0; slot < account.Rules.Ids.Length; slot++)
            {
                var credited = scratch.Tallies[slot].Sum.ToDecimal();
                sums.Add(new CreditedSum(plan.Id, account.Rules.Ids[slot], credited));
            }
        }

        return sums.ToImmutable();
    }

    /// <summary>Statements of the assignment in force on <paramref name="to"/>, from the period of
    /// <paramref name="from"/>
    /// (balance 0 before it) to that of <paramref name="to"/>.</summary>
    public ImmutableArray<Statement> Statements(DateOnly from, DateOnly to) =>
        Find(to, out _) is { } account ? account.Statements(from, to) : [];

    /// <summary>What a credited deal earns; null where no won deal of that id is credited. O(log n).</summary>
    public DealEarning? EarnedBy(string deal) => EarningOf(deal, traces: null);

    /// <summary>How what a credited deal earns comes about, component by component, before and after its credit; empty
    /// where no won deal of that id is credited under a plan.</summary>
    public ImmutableArray<TraceChange> ExplainDeal(string deal)
    {
        var traces = ImmutableArray.CreateBuilder<TraceChange>();
        _ = EarningOf(deal, traces);
        return traces.ToImmutable();
    }

    /// <summary>What applying a credit would do, changing nothing. O(log n).</summary>
    /// <param name="credit">The credit.</param>
    /// <param name="rates">By which it counts, it alone; null: those of the books.</param>
    public Preview Preview(DealCredit credit, CurrencyRates? rates = null) =>
        Previews.Of(this, credit, rates ?? Rates);

    /// <summary>How a component's figure for a window comes about, in the latest assignment that has such a component
    /// and
    /// overlaps the window; null where there is none, and for components with deal windows.</summary>
    public Trace? Explain(string component, string window)
    {
        for (var i = _accounts.Length - 1; i >= 0; i--)
        {
            if (Explanations.Of(_accounts[i], component, window) is { } trace)
            {
                return trace;
            }
        }

        return null;
    }

    /// <summary>The same for the window that contains a day, under the version in force that day.</summary>
    public Trace? Explain(string component, DateOnly on) =>
        Find(on, out var version) is { } account && version!.Find(component) is { HasDealWindows: false } rules
            ? Explanations.Of(account, rules.Slot, version.WindowOf(rules, on))
            : null;

    /// <summary>One for each assignment, in their order.</summary>
    internal IReadOnlyList<Account> Accounts => _accounts;

    // Most payees of many have no deals.
    private Dictionary<string, Location> Placed => _deals ??= new Dictionary<string, Location>(StringComparer.Ordinal);

    /// <summary>The account and version that govern a day.</summary>
    internal Account? Find(DateOnly on, out VersionRules? version)
    {
        foreach (var account in _accounts)
        {
            if (account.Rules.VersionOn(on) is { } found)
            {
                version = found;
                return account;
            }
        }

        version = null;
        return null;
    }

    /// <summary>The accounts of which a version governs a day of a span, both days inclusive, in their order.</summary>
    internal IEnumerable<Account> Touched(DateOnly from, DateOnly to) => _accounts.Where(account =>
        account.Rules.Versions is [var first, ..] && first.Start <= to && account.Rules.Versions[^1].End >= from);

    /// <summary>Where a credited won deal stands; null account where unassigned, false where it is not
    /// credited.</summary>
    internal bool TryFind(string deal, out Account? account, out Place place)
    {
        account = null;
        place = default;
        if (_deals is null || !_deals.TryGetValue(deal, out var location))
        {
            return false;
        }

        account = location.Account == NoAccount ? null : _accounts[location.Account];
        place = new Place(location.Day, deal);
        return true;
    }

    private DealEarning? EarningOf(string deal, ImmutableArray<TraceChange>.Builder? traces)
    {
        if (!TryFind(deal, out var account, out var place))
        {
            return null;
        }

        var day = DateOnly.FromDayNumber(place.Day);
        if (account is null)
        {
            return new DealEarning(deal, day, Plan: null, Currency: null, []);
        }

        var own = new Tally[account.Rules.Slots];
        if (!account.Tree.TryGet(place, own))
        {
            throw new InvalidOperationException($"The books do not hold {place}, which they list.");
        }

        return DealEarnings.Of(account.View, account.Rules, account.Rules.VersionOn(day)!, place, own, traces);
    }

    private void Enter(DealCredit credit, List<(Place Place, VersionRules Version, DealCredit Credit)>[] placed)
    {
        if (credit.Roles.IsDefaultOrEmpty)
        {
            return;
        }

        var (id, day) = (credit.Deal.Id, credit.Deal.Credited);
        if (credit.Deal.Status == DealStatus.Won)
        {
            var account = Array.IndexOf(_accounts, Find(day, out var version));
            Placed.Add(id, new Location(day.DayNumber, account));
            if (account != NoAccount)
            {
                placed[account].Add((new Place(day.DayNumber, id), version!, credit));
                NoteForeign(version!, credit);
            }
        }
        else if (credit.Deal.Status == DealStatus.Open)
        {
            (_pipeline ??= new CompactCredits(Assignments)).Keep(credit);
        }
    }

    private void Forget(string deal)
    {
        if (_deals is not null && _deals.Remove(deal, out var old) && old.Account != NoAccount)
        {
            _accounts[old.Account].Remove(new Place(old.Day, deal));
        }

        _pipeline?.Remove(deal);
        _foreign?.Remove(deal);
    }

    private bool IsForeign(DealCredit credit) =>
        Find(credit.Deal.Credited, out var version) is not null && IsForeign(version!, credit.Deal);

    private static bool IsForeign(VersionRules version, Deal deal) => deal.Currency is { } currency
        && !string.Equals(currency, version.Plan.Currency.Code, StringComparison.Ordinal);

    // What is counted of a deal is kept, not the deal; but where other rates may make it count otherwise.
    private void NoteForeign(VersionRules version, DealCredit credit)
    {
        if (IsForeign(version, credit.Deal))
        {
            (_foreign ??= new CompactCredits(Assignments)).Keep(credit);
        }
    }

    private static bool Differ(CurrencyRates rates, CurrencyRates others, string from, string to, DateOnly day) =>
        rates.Find(from, to, day) != others.Find(from, to, day);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Location(int Day, int Account);
}
