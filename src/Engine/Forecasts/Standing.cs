namespace Commission.Engine;

/// <summary>What the components with one window have counted in it.</summary>
/// <param name="Window">The window.</param>
/// <param name="Tallies">By slot, of the whole window.</param>
internal sealed record Standing(Window Window, Tally[] Tallies)
{
    /// <summary>Of the window that contains a day. With a deal window: before any deal.</summary>
    public static Standing Of(Account account, VersionRules version, ComponentRules component, DateOnly on)
    {
        var window = version.WindowOf(component, on);
        var tallies = new Tally[account.Rules.Slots];
        if (!component.HasDealWindows)
        {
            var last = Earnings.LastDay(account.Rules, component.Slot, window);
            account.View.Between(Place.StartOf(window.Start), Place.EndOf(last), tallies);
        }

        return new Standing(window, tallies);
    }

    /// <summary>What the window has earned beside F: what other versions left there.</summary>
    public Exact CarriedOver(Account account, ComponentRules component) =>
        new Exact(Earnings.InWindow(account.View, account.Rules, component.Slot, Window)) -
            Pays.Of(component, Window, Tallies).Earned;
}
