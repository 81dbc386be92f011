using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What components would have earned at an attainment: a credit is made up that brings them there.</summary>
internal static class AttainmentPays
{
    public static PayAtAttainment Of(Account account, VersionRules version, DateOnly on, decimal attainment)
    {
        var added = new PlacedCredit(new Place(on.DayNumber, ""), new Tally[account.Rules.Slots]);
        foreach (var component in version.Components)
        {
            var window = version.WindowOf(component, on);
            if (!component.HasDealWindows && component.Terms.QuotaOf(window) is { } quota)
            {
                var now = Standing.Of(account, version, component, on).Tallies[component.Slot].Sum;
                var more = (quota.ToExact() * attainment) - now;
                added.Tallies[component.Slot] = new Tally(more, more.IsZero ? 0 : 1, 0);
            }
        }

        var then = new CreditView(account.Tree, With: added);
        var parts = version.Components.Select(component => component.HasDealWindows
            ? OfDeals(account, version, component, on)
            : OfWindow(account, version, component, then, on)).ToImmutableArray();
        var total = parts.Sum(part => part.Earned);
        return new PayAtAttainment(version.Plan.Id, version.Plan.Currency, attainment, parts, total);
    }

    private static ComponentPay OfWindow(
        Account account, VersionRules version, ComponentRules component, CreditView then, DateOnly on)
    {
        var window = version.WindowOf(component, on);
        using var scratch = new Scratch(account.Rules.Slots);
        var last = Earnings.LastDay(account.Rules, component.Slot, window);
        then.Between(Place.StartOf(window.Start), Place.EndOf(last), scratch.Tallies);
        return new ComponentPay(
            component.Definition.Id,
            version.NameOf(window),
            scratch.Tallies[component.Slot].Sum.ToDecimal(),
            component.Terms.QuotaOf(window)?.Round(6, RoundingRule.HalfEven),
            Earnings.InWindow(then, account.Rules, component.Slot, window),
            Pays.Of(component, window, scratch.Tallies).Notices);
    }

    private static ComponentPay OfDeals(Account account, VersionRules version, ComponentRules component, DateOnly on)
    {
        var part = Estimates.Of(account, version, on).Components
            .First(candidate => candidate.Component == component.Definition.Id);
        return new ComponentPay(
            part.Component, part.WindowName, part.Credited, Quota: null, part.PeriodEarned, part.Notices);
    }
}
