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
            return new Preview(nothing, Moved(from, old), 0m, 0m, [], []);
        }

        var counts = deal.Status == DealStatus.Won && !credit.Roles.IsDefaultOrEmpty;
        var tallies = counts ? to.Count(version!, credit, rates) : new Tally[to.Rules.Slots];
        var added = new PlacedCredit(new Place(deal.Credited.DayNumber, deal.Id), tallies);
        return Of(to, version!, new Change(from, old, added, counts));
    }

    private static Preview Of(Account to, VersionRules version, Change change)
    {
        var now = to.View;
        var then = new CreditView(
            to.Tree, change.From == to ? change.Old : null, change.Counts ? change.New : null);
        var traces = ImmutableArray.CreateBuilder<TraceChange>(version.Components.Length);
        var place = change.New.Place;
        var day = DateOnly.FromDayNumber(place.Day);
        var deal = DealEarnings.Of(then, to.Rules, version, place, change.New.Tallies, traces);
        var total = Difference(to.Rules, now, then, DaysOf(change.From == to ? change.Old : null, change.New));
        if (change.From != to && SameCurrency(change.From, version))
        {
            total += Moved(change.From, change.Old);
        }

        var period = to.PeriodOf(day).Period;
        return new Preview(
            deal,
            total,
            Earnings.Total(now, to.Rules, period.Start, period.End),
            Earnings.Total(then, to.Rules, period.Start, period.End),
            Windows(to.Rules, version, day, now, then),
            traces.ToImmutable());
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
        var change = 0m;
        foreach (var version in rules.Versions)
        {
            foreach (var component in version.Components)
            {
                if (component.HasDealWindows)
                {
                    change += OfDeals(version, component, then.With, 1);
                    change += OfDeals(version, component, then.Without, -1);
                    continue;
                }

                Window? last = null;
                foreach (var day in days)
                {
                    var window = version.WindowOf(component, day);
                    if (window != last)
                    {
                        change += Earnings.Under(then, rules, version, component, window) -
                            Earnings.Under(now, rules, version, component, window);
                    }

                    last = window;
                }
            }
        }

        return change;
    }

    private static decimal OfDeals(VersionRules version, ComponentRules component, PlacedCredit? credit, int sign) =>
        credit is not null && version.Governs(DateOnly.FromDayNumber(credit.Place.Day))
            ? sign * credit.Tallies[component.EarnedSlot].Sum.ToDecimal()
            : 0m;

    private static ImmutableArray<WindowChange> Windows(
        AssignmentRules rules, VersionRules version, DateOnly day, CreditView now, CreditView then)
    {
        var changes = ImmutableArray.CreateBuilder<WindowChange>();
        foreach (var component in version.Components)
        {
            if (!component.HasDealWindows)
            {
                var window = version.WindowOf(component, day);
                var slot = component.Slot;
                changes.Add(new WindowChange(
                    component.Definition.Id,
                    version.NameOf(window),
                    Credited(now, rules, slot, window),
                    Credited(then, rules, slot, window),
                    Earnings.InWindow(now, rules, slot, window),
                    Earnings.InWindow(then, rules, slot, window)));
            }
        }

        return changes.ToImmutable();
    }

    private static decimal Credited(CreditView view, AssignmentRules rules, int slot, Window window)
    {
        using var scratch = new Scratch(rules.Slots);
        var end = Place.EndOf(Earnings.LastDay(rules, slot, window));
        view.Between(Place.StartOf(window.Start), end, scratch.Tallies);
        return scratch.Tallies[slot].Sum.ToDecimal();
    }

    private sealed record Change(Account? From, PlacedCredit? Old, PlacedCredit New, bool Counts);
}
