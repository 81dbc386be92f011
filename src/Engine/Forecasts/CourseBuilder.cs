// At the start of a day: what ends there comes before what begins, and both before the day's deals.
using Order = (int Day, int Kind, int Index, int Phase);

namespace Commission.Engine;

/// <summary>Lays out an account's course: finds the places where open deals move a figure.</summary>
internal sealed class CourseBuilder
{
    private readonly Account _account;
    private readonly OpenDeal[] _deals;
    private readonly Segment[] _segments;
    private readonly decimal _owed;
    private readonly bool _settles;
    private readonly int _notBegun;
    private int _axes;

    private CourseBuilder(Account account, OpenDeal[] deals, Segment[] segments, decimal owed, bool settles)
    {
        _account = account;
        _deals = deals;
        _segments = segments;
        _owed = owed;
        _settles = settles;
        _notBegun = settles && account.Rules.Assignment.From is null ? _axes++ : -1;
    }

    /// <summary>The course through a span that is no statement period.</summary>
    public static Course OfSpan(Account account, OpenDeal[] deals, DateOnly from, DateOnly to)
    {
        var span = new Segment(new Window(default, from, to), account.Rules.Versions[^1].Plan);
        return new CourseBuilder(account, deals, [span], 0m, settles: false).Build();
    }

    /// <summary>The course to the statement of a span; null where the span is not exactly one period.</summary>
    public static Course? OfStatement(Account account, OpenDeal[] deals, DateOnly from, DateOnly to)
    {
        var day = Earnings.Later(from, account.Rules.Versions[0].Start);
        if (day > to || !IsPeriod(account.PeriodOf(day).Period))
        {
            return null;
        }

        // Earlier periods matter from the first that an open deal can move.
        day = deals.Length > 0 ? Earnings.Earlier(day, deals[0].Day) : day;
        var (first, version, owed) = account.PeriodOf(day);
        var segments = new List<Segment> { new(first, version.Plan) };
        if (first.End < to)
        {
            segments.AddRange(Draws.Periods(account.Rules, first.End.AddDays(1), to, resumed: true)
                .Select(next => new Segment(next.Period, next.Version.Plan)));
        }

        return IsPeriod(segments[^1].Days)
            ? new CourseBuilder(account, deals, [.. segments], owed, settles: true).Build()
            : null;

        bool IsPeriod(Window period) => period.Start == from && period.End == to;
    }

    private Course Build()
    {
        var places = Places();
        var axes = places.GroupBy(place => place.Window.Start)
            .ToDictionary(group => group.Key, group => AxesOf(group.Key, [.. group]));
        var ends = places.GroupBy(place => place.Window.Start)
            .ToDictionary(group => group.Key, group => group.Max(place => place.Day));
        var steps = Readings(places, axes).ToList();
        for (var i = 0; i < _deals.Length; i++)
        {
            steps.Add(((_deals[i].Place.Day, 1, i, 0), Close(_deals[i], axes.Values, ends)));
        }

        for (var i = 0; i < _segments.Length - 1; i++)
        {
            steps.Add(((_segments[i].Days.End.DayNumber + 1, 0, i, 1), Settle(i)));
        }

        var ordered = steps.OrderBy(step => step.Order).Select(step => step.Step).ToArray();
        var start = new CourseState(EarnedNow(0), _owed);
        return new Course(start, ordered, _axes, _settles ? _segments[^1].Plan : null);
    }

    private IEnumerable<(Order Order, CourseStep Step)> Readings(
        List<ReadPlace> places, Dictionary<DateOnly, WindowAxes> axes)
    {
        var ordered = places.OrderBy(place => place.Order).ToList();
        for (var i = 0; i < ordered.Count; i++)
        {
            var place = ordered[i];
            var own = axes[place.Window.Start];
            var isLast = !ordered.Skip(i + 1).Any(later => later.Window.Start == place.Window.Start);
            var parts = Parts(place).Where(part => Slots(part).Any(slot => Array.Exists(
                own.All, axis => axis.Slot == slot))).ToArray();
            var over = isLast ? own.All.Select(axis => axis.Axis).ToArray() : [];
            yield return (place.Order, new CourseStep.Read(
                new Reading(place.Window, TalliesAt(place), parts, place.Sign, own, over)));
        }
    }

    // As the earnings of a span are F at places, only those after an open deal in the same window matter.
    private List<ReadPlace> Places()
    {
        var places = new HashSet<ReadPlace>();
        for (var index = 0; index < _segments.Length; index++)
        {
            var (days, _) = _segments[index];
            foreach (var version in _account.Rules.Versions)
            {
                var start = Earnings.Later(days.Start, version.Start);
                var end = Earnings.Earlier(days.End, version.End);
                foreach (var kind in Windows.Spans.Where(kind => start <= end && version.Has(kind)))
                {
                    AddPlaces(places, index, version, kind, start, end);
                }
            }
        }

        return [.. places];
    }

    private void AddPlaces(
        HashSet<ReadPlace> places, int segment, VersionRules version, WindowKind kind, DateOnly start, DateOnly end)
    {
        foreach (var deal in _deals)
        {
            var window = Windows.Of(kind, version.Plan.YearStarts, deal.Day);
            if (deal.Day > end || window.End < start || window.Start > end)
            {
                continue;
            }

            places.Add(new ReadPlace(
                segment, version, window, Earnings.Earlier(end, window.End).DayNumber + 1, 1m));
            if (start > window.Start && deal.Day < start)
            {
                places.Add(new ReadPlace(segment, version, window, start.DayNumber, -1m));
            }
        }
    }

    private WindowAxes AxesOf(DateOnly start, ReadPlace[] places)
    {
        var end = places.Max(place => place.Day);
        var deals = _deals.Where(deal => deal.Day >= start && deal.Place.Day < end).ToArray();
        var parts = places.SelectMany(Parts).ToArray();
        var axes = new List<(int, int, bool)>();
        foreach (var slot in parts.SelectMany(Slots).Distinct().Order())
        {
            if (Array.Exists(deals, deal => !deal.Tallies[slot].Sum.IsZero))
            {
                axes.Add((slot, _axes++, false));
            }

            var waits = Array.Exists(parts, part => part.Slot == slot && part.Definition.Floor is not null) &&
                Array.Exists(deals, deal => deal.Tallies[slot].Counted > 0) &&
                Array.Exists(places, place => TalliesAt(place)[slot].Counted == 0);
            if (waits)
            {
                axes.Add((slot, _axes++, true));
            }
        }

        return new WindowAxes(start, [.. axes]);
    }

    private CourseStep.Close Close(
        OpenDeal deal, IEnumerable<WindowAxes> all, Dictionary<DateOnly, int> ends)
    {
        var sums = new List<(int Axis, Exact More)>();
        var counts = new List<(int Axis, Exact More)>();
        var (slots, day) = (deal.Tallies, deal.Place.Day);
        foreach (var axes in all.Where(axes => deal.Day >= axes.Start && day < ends[axes.Start]))
        {
            sums.AddRange(axes.All.Where(axis => !axis.IsCount && !slots[axis.Slot].Sum.IsZero)
                .Select(axis => (axis.Axis, slots[axis.Slot].Sum)));
            counts.AddRange(axes.All.Where(axis => axis.IsCount && slots[axis.Slot].Counted > 0)
                .Select(axis => (axis.Axis, Exact.One)));
        }

        if (_notBegun >= 0)
        {
            counts.Add((_notBegun, Exact.One));
        }

        var inside = Array.Exists(_segments, segment => segment.Days.Contains(deal.Day));
        var weighted = sums.Select(sum => (sum.Axis, sum.More * deal.Probability));
        return new CourseStep.Close(
            deal.Probability,
            new Addition(inside ? deal.Earned : 0m, [.. sums, .. counts]),
            new Addition(inside ? deal.WeightedEarned : 0m, [.. weighted, .. counts]));
    }

    private CourseStep.Settle Settle(int index)
    {
        var ended = _segments[index].Days.End.DayNumber;
        var begun = _account.Tree.First is { } first && first.Day <= ended;
        return new CourseStep.Settle(_segments[index].Plan, EarnedNow(index + 1), begun ? -1 : _notBegun);
    }

    private decimal EarnedNow(int segment)
    {
        var days = _segments[segment].Days;
        return Earnings.Total(_account.View, _account.Rules, days.Start, days.End);
    }

    private Tally[] TalliesAt(ReadPlace place)
    {
        var tallies = new Tally[_account.Rules.Slots];
        _account.View.Between(Place.StartOf(place.Window.Start), new Place(place.Day, null), tallies);
        return tallies;
    }

    private static IEnumerable<ComponentRules> Parts(ReadPlace place) =>
        place.Version.Components.Where(component => component.Definition.Window == place.Window.Kind &&
            (component.Definition.Pay is not null || component.Definition.Floor is not null));

    // The totals that a component's F depends on.
    private static IEnumerable<int> Slots(ComponentRules component) => component.MultipliersBy
        .Append(component.RowsBy).Append(component.ColumnsBy).Append(component)
        .OfType<ComponentRules>().Select(by => by.Slot).Distinct();

    /// <summary>Days over which earnings are added up.</summary>
    private sealed record Segment(Window Days, Plan Plan);

    /// <summary>F of a window's components at the start of a day.</summary>
    private sealed record ReadPlace(int Segment, VersionRules Version, Window Window, int Day, decimal Sign)
    {
        public Order Order => (Day, 0, Segment, 0);
    }
}
