using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What recording a deal would do.</summary>
internal static class Previews
{
    public static Preview Of(RepBooks books, DealCredit credit, CurrencyRates rates)
    {
        var deal = credit.Deal;
        PlacedCredit? old = null;
        if (books.TryFind(deal.Id, out var from, out var place) && from is not null)
        {
            old = new PlacedCredit(place, new Tally[from.Rules.Slots]);
            from.Tree.TryGet(place, old.Tallies);
        }

        var to = books.Find(deal.Credited, out var version);
        if (to is null)
        {
            var nothing = new DealEarning(deal.Id, deal.Credited, Plan: null, Currency: null, []);
            return new Preview(nothing, Moved(from, old), []);
        }

        var counts = deal.Status == DealStatus.Won && !credit.Roles.IsDefaultOrEmpty;
        var tallies = counts ? to.Count(version!, credit, rates) : new Tally[to.Rules.Slots];
        var added = new PlacedCredit(new Place(deal.Credited.DayNumber, deal.Id), tallies);
        return Of(to, version!, new Change(from, old, added, counts));
    }

    private static Preview Of(Account to, VersionRules version, Change change)
    {
        var then = new CreditView(
            to.Tree, change.From == to ? change.Old : null, change.Counts ? change.New : null);
        var traces = ImmutableArray.CreateBuilder<TraceChange>(version.Components.Length);
        var deal = DealEarnings.Of(then, to.Rules, version, change.New.Place, change.New.Tallies, traces);
        var days = DaysOf(change.From == to ? change.Old : null, change.New);
        var total = Difference(to.Rules, to.View, then, days);
        if (change.From != to && SameCurrency(change.From, version))
        {
            total += Moved(change.From, change.Old);
        }

        return new Preview(deal, total, traces.ToImmutable());
    }

    private static bool SameCurrency(Account? from, VersionRules version) =>
        from is not null && from.Rules.Versions[^1].Plan.Currency == version.Plan.Currency;

    // What taking the deal out of an account changes there.
    private static decimal Moved(Account? from, PlacedCredit? old) => from is null || old is null
        ? 0m
        : Difference(from.Rules, from.View, new CreditView(from.Tree, old), DaysOf(null, old));

    private static DateOnly[] DaysOf(PlacedCredit? old, PlacedCredit added)
    {
        var day = DateOnly.FromDayNumber(added.Place.Day);
        return old is null || old.Place.Day == added.Place.Day ? [day] : [DateOnly.FromDayNumber(old.Place.Day), day];
    }

    // Only windows that contain a changed credit can have changed.
    private static decimal Difference(AssignmentRules rules, CreditView now, CreditView then, DateOnly[] days)
    {
        var earned = new decimal[rules.Ids.Length];
        var change = 0m;
        foreach (var version in rules.Versions)
        {
            change += OfDeals(version, then.With, 1) + OfDeals(version, then.Without, -1);
            foreach (var kind in Windows.Spans)
            {
                Window? last = null;
                foreach (var day in version.Has(kind) ? days : [])
                {
                    var window = Windows.Of(kind, version.Plan.YearStarts, day);
                    if (window != last)
                    {
                        Earnings.AddUnder(then, rules, version, window, 1m, earned);
                        Earnings.AddUnder(now, rules, version, window, -1m, earned);
                    }

                    last = window;
                }
            }
        }

        return change + Earnings.Sum(earned);
    }

    private static decimal OfDeals(VersionRules version, PlacedCredit? credit, int sign)
    {
        var earned = 0m;
        if (credit is null || !version.Governs(DateOnly.FromDayNumber(credit.Place.Day)))
        {
            return earned;
        }

        foreach (var component in version.Components)
        {
            earned += component.HasDealWindows ? sign * credit.Tallies[component.EarnedSlot].Sum.ToDecimal() : 0m;
        }

        return earned;
    }

    private sealed record Change(Account? From, PlacedCredit? Old, PlacedCredit New, bool Counts);
}
