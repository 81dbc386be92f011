using System.Collections.Immutable;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>What a span of days earned in one account, and what a statement makes of it.</summary>
internal sealed class ExplainPeriod
{
    private readonly Account _account;
    private readonly ExplainOptions _options;
    private readonly ExplainCredits _credits;

    public ExplainPeriod(RepBooks books, Account account, ExplainOptions? options)
    {
        _account = account;
        _options = options ?? ExplainOptions.Sums;
        _credits = new ExplainCredits(books, account, _options);
    }

    /// <summary>What a statement pays.</summary>
    public Explanation Statement(Window period, VersionRules version, decimal owed)
    {
        var earned = Earned(period.Start, period.End);
        var statement = Draws.Settle(version.Plan, period, earned.Figure.ToDecimal(), owed);
        return ExplainDraw.Of(version.Plan, statement, owed, earned);
    }

    /// <summary>What a span earned, both days inclusive: each component's F at its end − F at its start.</summary>
    public Explanation Earned(DateOnly from, DateOnly to)
    {
        var plan = _account.Rules.Versions[^1].Plan;
        var money = FigureUnit.Of(plan.Currency);
        var figure = Earnings.Total(_account.View, _account.Rules, from, to);
        var lines = ImmutableArray.CreateBuilder<TraceLine>();
        foreach (var version in _account.Rules.Versions)
        {
            var (start, end) = (Earnings.Later(from, version.Start), Earnings.Earlier(to, version.End));
            if (start <= end && _account.View.Span is { } span && start <= span.Last)
            {
                lines.AddRange(version.Components.SelectMany(component => component.HasDealWindows
                    ? OfDeals(component, start, end)
                    : OfWindows(version, component, start, end, span)));
            }
        }

        var text = lines.Count > 0 ? $"earned {money.Say(figure)}" : "no deal counts in this time: nothing is earned";
        lines.Add(TraceLine.Of(TraceStep.Earned, text, Exact.Zero, figure));
        var title = $"Earned {Days(from, to)}, on plan {plan.Id}: {money.Say(figure)}";
        return Explanation.Of(FigureKind.Period, title, money, figure, lines.ToImmutable());
    }

    private IEnumerable<TraceLine> OfWindows(VersionRules version, ComponentRules component,
        DateOnly start, DateOnly end, (DateOnly First, DateOnly Last) span)
    {
        var day = Earnings.Later(start, version.WindowOf(component, Earnings.Later(start, span.First)).Start);
        var last = Earnings.Earlier(end, span.Last);
        while (day <= last)
        {
            var window = version.WindowOf(component, day);
            if (OfWindow(version, component, window, day, Earnings.Earlier(end, window.End)) is { } line)
            {
                yield return line;
            }

            if (window.End == DateOnly.MaxValue)
            {
                yield break;
            }

            day = window.End.AddDays(1);
        }
    }

    // Null where nothing has been counted by the end.
    private TraceLine? OfWindow(
        VersionRules version, ComponentRules component, Window window, DateOnly start, DateOnly end)
    {
        var after = TraceAt(version, component, window, Place.EndOf(end));
        var before = start > window.Start ? TraceAt(version, component, window, Place.StartOf(start)) : null;
        if (after.Earned == 0m && before is null or { Earned: 0m } && after.Lines[0].Quantity!.Value.IsZero)
        {
            return null;
        }

        var detailed = _credits.Detailed(after, component, window, start, end);
        Exact effect = after.Earned - (before?.Earned ?? 0m);
        var text = $"{component.Definition.Title}, {after.Window}";
        var detail = before is null or { Earned: 0m }
            ? detailed.ToExplanation("")
            : Part(version, (detailed, before), start, end);
        return TraceLine.Of(TraceStep.Component, text, effect, detail: detail) with
        {
            Subject = component.Definition.Id,
        };
    }

    private static Explanation Part(
        VersionRules version, (Trace After, Trace Before) traces, DateOnly start, DateOnly end)
    {
        var (after, before) = traces;
        var changed = version.Start == start
            ? $"as the plan's version of {Day(version.Plan.Effective)} gives it"
            : "earned before";
        var money = FigureUnit.Of(after.Currency);
        var earned = after.Earned - before.Earned;
        return Explanation.Of(FigureKind.PeriodPart, "", money, earned,
        [
            TraceLine.Of(
                TraceStep.After, $"{after.Window} up to {Day(end)}", after.Earned,
                detail: after.ToExplanation("")),
            TraceLine.Of(
                TraceStep.Before, $"less {after.Window} up to {Day(start.AddDays(-1))}, {changed}",
                -(Exact)before.Earned,
                detail: before.ToExplanation("")),
        ]);
    }

    private Trace TraceAt(VersionRules version, ComponentRules component, Window window, Place end)
    {
        var builder = new TraceBuilder(component, window);
        var figure = Earnings.At(_account.View, _account.Rules, component, window, end, builder);
        return builder.Build(component.Definition.Id, version.NameOf(window), figure.Earned);
    }

    /// <summary>Each deal is a window of its own.</summary>
    private IEnumerable<TraceLine> OfDeals(ComponentRules component, DateOnly start, DateOnly end)
    {
        var deals = new List<(Place Place, Tally[] Own, decimal Earned)>();
        foreach (var place in Places(start, end))
        {
            var own = new Tally[_account.Rules.Slots];
            _account.Tree.TryGet(place, own);
            if (own[component.Slot].Counted > 0)
            {
                deals.Add((place, own, own[component.EarnedSlot].Sum.ToDecimal()));
            }
        }

        if (deals.Count == 0)
        {
            yield break;
        }

        var earned = deals.Aggregate(Exact.Zero, (sum, deal) => sum + deal.Earned);
        var most = Math.Max(0, _options.Credits.Count > 0 ? _options.Most : ExplainOptions.Sums.Most);
        var listed = deals.OrderByDescending(deal => Math.Abs(deal.Earned)).ThenBy(deal => deal.Place.Day)
            .Take(most).OrderBy(deal => deal.Place.Day).ThenBy(deal => deal.Place.Deal, StringComparer.Ordinal);
        var lines = listed.Select(deal => OfDeal(component, deal.Place, deal.Own)).ToList();
        if (lines.Count < deals.Count)
        {
            var rest = lines.Aggregate(earned, (left, line) => left - line.Effect);
            lines.Add(TraceLine.Of(TraceStep.Rest, $"and {Count(deals.Count - lines.Count, "more deal")}", rest));
        }

        var money = FigureUnit.Of(component.Plan.Currency);
        yield return TraceLine.Of(
            TraceStep.Component, $"{component.Definition.Title}, each deal by itself", earned,
            detail: Explanation.Of(FigureKind.PeriodPart, "", money, earned, [.. lines])) with
        {
            Subject = component.Definition.Id,
        };
    }

    private TraceLine OfDeal(ComponentRules component, Place place, Tally[] own)
    {
        var day = DateOnly.FromDayNumber(place.Day);
        var window = new Window(WindowKind.Deal, day, day);
        var builder = new TraceBuilder(component, window);
        var earned = Pays.Of(component, window, own, builder).Earned;
        var trace = builder.Build(component.Definition.Id, Day(day), earned);
        if (_credits.Of(place.Deal!, component.Slot) is { } count)
        {
            trace = trace with { Lines = trace.Lines.SetItem(0, trace.Lines[0] with { Text = count.Text }) };
        }

        var detail = trace.ToExplanation("");
        return TraceLine.Of(TraceStep.Deal, $"{place.Deal}, {Day(day)}", earned, detail: detail) with
        {
            Subject = place.Deal,
        };
    }

    private IEnumerable<Place> Places(DateOnly from, DateOnly to)
    {
        var places = new List<Place>();
        _account.Tree.AddPlaces(places);
        return places.Where(place => place.Day >= from.DayNumber && place.Day <= to.DayNumber);
    }
}
