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
        using var scratch = new Scratch(account.Rules.Slots);
        (Window Window, DateOnly Last) filled = default;
        for (var i = 0; i < parts.Length; i++)
        {
            var component = version.Components[i];
            if (component.HasDealWindows)
            {
                parts[i] = OfDeals(account, component, statement, period[component.Slot]);
                continue;
            }

            // Components with the same window share its tallies.
            var window = version.WindowOf(component, on);
            var last = Earnings.LastDay(account.Rules, component.Slot, window);
            if (filled != (window, last))
            {
                account.View.Between(Place.StartOf(window.Start), Place.EndOf(last), scratch.Tallies);
                filled = (window, last);
            }

            parts[i] = OfWindow(account, version, component, filled, scratch.Tallies, period[component.Slot]);
        }

        return new Estimate(
            version.Plan.Id,
            version.Plan.Effective,
            version.Plan.Currency,
            ImmutableCollectionsMarshal.AsImmutableArray(parts),
            statement);
    }

    private static ComponentEstimate OfWindow(Account account, VersionRules version, ComponentRules component,
        (Window Window, DateOnly Last) filled, ReadOnlySpan<Tally> tallies, decimal periodEarned)
    {
        var (window, last) = filled;
        var figure = Pays.Of(component, window, tallies);
        var credited = tallies[component.Slot].Sum;
        var earned = version.Start <= window.Start && last == Earnings.Earlier(version.End, window.End)
            ? figure.Earned
            : Earnings.InWindow(account.View, account.Rules, component.Slot, window);
        return new ComponentEstimate(
            component.Definition.Id,
            component.Definition.Title,
            version.NameOf(window),
            window,
            credited.ToDecimal(),
            component.Terms.QuotaOf(window)?.Round(6, RoundingRule.HalfEven),
            Pays.AttainmentOf(component, window, tallies)?.Value.Round(6, RoundingRule.HalfEven),
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
