namespace Commission.Engine;

/// <summary>How the figure of a component's window comes about.</summary>
internal static class Explanations
{
    public static Trace? Of(Account account, string component, string windowName)
    {
        var versions = account.Rules.Versions;
        for (var i = versions.Length - 1; i >= 0; i--)
        {
            if (versions[i].Find(component) is { HasDealWindows: false } rules &&
                Windows.TryParse(windowName, versions[i].Plan.YearStarts, out var window) &&
                Earnings.Shares(versions[i], rules.Slot, window) is not null)
            {
                return Of(account, rules.Slot, window);
            }
        }

        return null;
    }

    /// <summary>The last version of the window tells its tiers; what came before it is one line.</summary>
    public static Trace? Of(Account account, int slot, Window window)
    {
        var rules = account.Rules;
        var version = Array.FindLast(
            rules.Versions, candidate => Earnings.Shares(candidate, slot, window) is not null);
        if (version?.InSlot(slot) is not { } component)
        {
            return null;
        }

        var builder = new TraceBuilder(version.Plan.Currency);
        var end = Earnings.Earlier(version.End, window.End);
        var figure = Earnings.At(account.View, rules, component, window, Place.EndOf(end), builder);
        var earned = figure.Earned;
        if (version.Start > window.Start)
        {
            var start = Place.StartOf(version.Start);
            var before = Earnings.At(account.View, rules, component, window, start).Earned;
            var total = Earnings.InWindow(account.View, rules, slot, window);
            builder.CarriedOver(total - (earned - before), before);
            earned = total;
        }

        return builder.Build(component.Definition.Id, version.NameOf(window), earned);
    }
}
