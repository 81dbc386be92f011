using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>How an account stands on a day.</summary>
internal static class Estimates
{
    public static Estimate Of(Account account, VersionRules version, DateOnly on)
    {
        var slots = account.Rules.Ids.Length;
        Span<decimal> period = slots <= 32 ? stackalloc decimal[slots] : new decimal[slots];
        var statement = account.StatementOf(on, period);
        var parts = new ComponentEstimate[version.Components.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var component = version.Components[i];
            parts[i] = component.HasDealWindows
                ? OfDeals(account, component, statement, period[component.Slot])
                : OfWindow(account, version, component, on, period[component.Slot]);
        }

        return new Estimate(
            version.Plan.Id,
            version.Plan.Effective,
            version.Plan.Currency,
            ImmutableCollectionsMarshal.AsImmutableArray(parts),
            statement);
    }

    private static ComponentEstimate OfWindow(
        Account account, VersionRules version, ComponentRules component, DateOnly on, decimal periodEarned)
    {
        var window = version.WindowOf(component, on);
        var rules = account.Rules;
        var last = Earnings.LastDay(rules, component.Slot, window);
        using var scratch = new Scratch(rules.Slots);
        account.View.Between(Place.StartOf(window.Start), Place.EndOf(last), scratch.Tallies);
        var figure = Pays.Of(component, window, scratch.Tallies);
        var credited = scratch.Tallies[component.Slot].Sum;
        var earned = version.Start <= window.Start && last == Earnings.Earlier(version.End, window.End)
            ? figure.Earned
            : Earnings.InWindow(account.View, rules, component.Slot, window);
        return new ComponentEstimate(
            component.Definition.Id,
            component.Definition.Title,
            version.NameOf(window),
            window,
            credited.ToDecimal(),
            component.Terms.QuotaOf(window)?.Round(6, RoundingRule.HalfEven),
            Pays.AttainmentOf(component, window, scratch.Tallies)?.Value.Round(6, RoundingRule.HalfEven),
            earned,
            periodEarned,
            figure.Notices,
            NextTiers.Of(component, window, credited));
    }

    private static ComponentEstimate OfDeals(
        Account account, ComponentRules component, Statement statement, decimal periodEarned)
    {
        using var scratch = new Scratch(account.Rules.Slots);
        account.View.Between(Place.StartOf(statement.Start), Place.EndOf(statement.End), scratch.Tallies);
        var tally = scratch.Tallies[component.Slot];
        var day = new Window(WindowKind.Deal, statement.Start, statement.Start);
        return new ComponentEstimate(
            component.Definition.Id,
            component.Definition.Title,
            statement.Period,
            new Window(WindowKind.Deal, statement.Start, statement.End),
            tally.Sum.ToDecimal(),
            Quota: null,
            Attainment: null,
            periodEarned,
            periodEarned,
            Pays.Of(component, day, scratch.Tallies).Notices,
            Next: null);
    }
}
