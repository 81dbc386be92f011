using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>How the figure of a component's window comes about.</summary>
internal static class Explanations
{
    public static Trace? Of(Account account, string component, string windowName) =>
        Find(account, component, windowName) is { } found ? Of(account, found.Slot, found.Window) : null;

    /// <summary>The component's slot and the window of that name, in the latest version that has both; null where none
    /// has.</summary>
    public static (int Slot, Window Window)? Find(Account account, string component, string windowName)
    {
        var versions = account.Rules.Versions;
        for (var i = versions.Length - 1; i >= 0; i--)
        {
            if (versions[i].Find(component) is { HasDealWindows: false } rules &&
                Windows.TryParse(windowName, versions[i].Plan.YearStarts, out var window) &&
                Earnings.Shares(versions[i], rules.Slot, window) is not null)
            {
                return (rules.Slot, window);
            }
        }

        return null;
    }

    /// <summary>The last version of the window tells its tiers; what came before it is one line.</summary>
    public static Trace? Of(Account account, int slot, Window window)
    {
        var rules = account.Rules;
        var version = LastOf(rules, slot, window);
        if (version?.InSlot(slot) is not { } component)
        {
            return null;
        }

        var builder = new TraceBuilder(component, window);
        var end = Earnings.Earlier(version.End, window.End);
        var earned = Earnings.At(account.View, rules, component, window, Place.EndOf(end), builder).Earned;
        if (version.Start > window.Start &&
            CarriedOver(account.View, rules, (version, component), window) is { } line)
        {
            builder.Take(line);
            earned = (line.Effect + earned).ToDecimal();
        }

        return builder.Build(component.Definition.Id, version.NameOf(window), earned);
    }

    /// <summary>The last version for which a window is one of the component's; null where it is for none.</summary>
    public static VersionRules? LastOf(AssignmentRules rules, int slot, Window window) =>
        Array.FindLast(rules.Versions, candidate => Earnings.Shares(candidate, slot, window) is not null);

    private static TraceLine? CarriedOver(CreditView view, AssignmentRules rules,
        (VersionRules Version, ComponentRules Rules) last, Window window)
    {
        var money = FigureUnit.Of(last.Rules.Plan.Currency);
        var lines = ImmutableArray.CreateBuilder<TraceLine>();
        var stands = Exact.Zero;
        foreach (var version in rules.Versions.TakeWhile(version => version != last.Version))
        {
            if (Earnings.Shares(version, last.Rules.Slot, window) is { } component)
            {
                var days = Wording.Days(Earnings.Later(version.Start, window.Start), version.End);
                Exact earned = Earnings.Under(view, rules, version, component, window);
                var text = $"earned {days}, under the plan's version of {Wording.Day(version.Plan.Effective)}";
                lines.Add(TraceLine.Of(TraceStep.Component, text, earned));
                stands += earned;
            }
        }

        var start = Place.StartOf(last.Version.Start);
        Exact given = Earnings.At(view, rules, last.Rules, window, start).Earned;
        if (lines.Count == 0 && given.IsZero)
        {
            return null;
        }

        lines.Add(TraceLine.Of(
            TraceStep.Before, $"less what the version of {Wording.Day(last.Version.Plan.Effective)} gives for it",
            -given));
        var words = $"the plan changed on {Wording.Day(last.Version.Start)}: {money.Say(stands)} earned before " +
            $"stands, in place of {money.Say(given)}";
        var detail = Explanation.Of(FigureKind.CarriedOver, "", money, stands - given, lines.ToImmutable());
        return TraceLine.Of(TraceStep.CarriedOver, words, stands - given, detail: detail);
    }
}
