using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A given deal, with where it falls.</summary>
/// <param name="Index">Its place in the caller's list.</param>
/// <param name="Id">The deal's id.</param>
/// <param name="Day">Its credit date.</param>
/// <param name="Counts">Whether it is credited at all.</param>
internal sealed record OrderDeal(int Index, string Id, DateOnly Day, bool Counts)
{
    /// <summary>Null where no plan is in force that day.</summary>
    public OrderContext? Context { get; set; }

    /// <summary>What is counted of it; all zeros where it does not count.</summary>
    public Tally[] Own { get; set; } = [];
}

/// <summary>Given deals over the books without them.</summary>
internal sealed class OrderScene
{
    private readonly List<(Account Account, PlacedCredit Credit)> _taken = [];
    private readonly List<OrderContext> _contexts = [];

    public OrderScene(RepBooks books, IReadOnlyList<DealCredit> credits)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var deals = new OrderDeal[credits.Count];
        for (var i = 0; i < deals.Length; i++)
        {
            if (!ids.Add(credits[i].Deal.Id))
            {
                throw new ArgumentException($"The deal {credits[i].Deal.Id} is listed twice.", nameof(credits));
            }

            deals[i] = Place(books, credits[i], i);
            TakeOut(books, deals[i].Id);
        }

        Deals = ImmutableArray.Create(deals);
        foreach (var context in _contexts)
        {
            context.Begin(this);
        }
    }

    public ImmutableArray<OrderDeal> Deals { get; }

    /// <summary>Each set of windows that a given deal has.</summary>
    public IReadOnlyList<OrderContext> Contexts => _contexts;

    public static DealEarning Nothing(OrderDeal deal) => new(deal.Id, deal.Day, Plan: null, Currency: null, []);

    /// <summary>What each deal earns in the order in which they are listed.</summary>
    public ImmutableArray<DealEarning> InOrder()
    {
        var earnings = ImmutableArray.CreateBuilder<DealEarning>(Deals.Length);
        var befores = _contexts.ToDictionary(context => context, context => context.Base.ToArray());
        foreach (var deal in Deals)
        {
            earnings.Add(deal.Context is { } own ? own.EarningOf(deal, befores[own]) : Nothing(deal));
            foreach (var (context, before) in befores)
            {
                Tally.Add(before, context.PartOf(deal));
            }
        }

        return earnings.MoveToImmutable();
    }

    /// <summary>What the books credit in a window before the first of the given deals.</summary>
    public void Base(Account account, Window window, Span<Tally> into)
    {
        into.Clear();
        var days = Deals.Where(deal => deal.Counts && deal.Context?.Account == account && window.Contains(deal.Day))
            .Select(deal => deal.Day).ToList();
        if (days.Count == 0)
        {
            return;
        }

        var last = days.Max();
        account.View.Between(Engine.Place.StartOf(window.Start), Engine.Place.EndOf(last), into);
        TakeFrom(account, window.Start, Engine.Place.EndOf(last), into);
    }

    /// <summary>Takes what the books credit of the given deals, from a day to a place, out of a sum.</summary>
    public void TakeFrom(Account account, DateOnly start, Place end, Span<Tally> sum)
    {
        foreach (var (from, credit) in _taken)
        {
            if (from == account && credit.Place.Day >= start.DayNumber && credit.Place.ComparedWith(end) < 0)
            {
                Tally.Subtract(sum, credit.Tallies);
            }
        }
    }

    /// <summary>What earnings add up to, by assignment.</summary>
    /// <param name="earnings">One for each deal, by index.</param>
    public ImmutableArray<EarnedSum> Sums(IReadOnlyList<DealEarning> earnings) =>
    [
        .. Accounts().Select(account =>
        {
            var plan = account.Rules.Versions[^1].Plan;
            var sum = Deals.Where(deal => deal.Context?.Account == account)
                .Sum(deal => earnings[deal.Index].Total);
            return new EarnedSum(plan.Id, plan.Currency, sum);
        }),
    ];

    /// <summary>Accounts that given deals fall into, in order of dates.</summary>
    public IEnumerable<Account> Accounts() => _contexts.Select(context => context.Account).Distinct()
        .OrderBy(account => account.Rules.Versions[0].Start);

    private OrderDeal Place(RepBooks books, DealCredit credit, int index)
    {
        var day = credit.Deal.Credited;
        var counts = credit.Deal.Status is DealStatus.Open or DealStatus.Won && !credit.Roles.IsDefaultOrEmpty;
        var deal = new OrderDeal(index, credit.Deal.Id, day, counts);
        if (books.Find(day, out var version) is { } account)
        {
            deal.Context = ContextOf(account, version!, day);
            deal.Own = counts ? account.Count(version!, credit, books.Rates) : new Tally[account.Rules.Slots];
        }

        return deal;
    }

    private OrderContext ContextOf(Account account, VersionRules version, DateOnly day)
    {
        var windows = version.Components.Where(component => !component.HasDealWindows)
            .Select(component => version.WindowOf(component, day)).ToArray();
        var context = _contexts.Find(known =>
            known.Account == account && known.Version == version && known.Windows.SequenceEqual(windows));
        if (context is null)
        {
            context = new OrderContext(account, version, windows);
            _contexts.Add(context);
        }

        return context;
    }

    private void TakeOut(RepBooks books, string deal)
    {
        if (books.TryFind(deal, out var account, out var place) && account is not null)
        {
            var credit = new PlacedCredit(place, new Tally[account.Rules.Slots]);
            account.Tree.TryGet(place, credit.Tallies);
            _taken.Add((account, credit));
        }
    }
}
