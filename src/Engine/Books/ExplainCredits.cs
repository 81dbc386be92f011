using System.Collections.Immutable;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>Which credits an explanation lists deal by deal. Books keep only sums; whoever keeps the credits gives
/// them.</summary>
/// <param name="Credits">The payee's credits, or some of them; what is not among them is told as one sum.</param>
/// <param name="Most">The most deals that one list has, those that count most.</param>
public sealed record ExplainOptions(IReadOnlyCollection<DealCredit> Credits, int Most = 20)
{
    /// <summary>No deals, only sums.</summary>
    public static readonly ExplainOptions Sums = new([]);
}

/// <summary>What a component has credited in a window, deal by deal.</summary>
internal sealed class ExplainCredits
{
    private readonly RepBooks _books;
    private readonly Account _account;
    private readonly int _most;

    // Of several credits of one deal the last stands.
    private readonly Dictionary<string, DealCredit> _credits = new(StringComparer.Ordinal);

    public ExplainCredits(RepBooks books, Account account, ExplainOptions options)
    {
        (_books, _account, _most) = (books, account, options.Most);
        foreach (var credit in options.Credits)
        {
            _credits[credit.Deal.Id] = credit;
        }
    }

    /// <summary>Gives a trace's first line its deals: those before a day as one sum, the others one by one.</summary>
    /// <param name="trace">Of what was credited until the end.</param>
    /// <param name="component">Of the version that made the trace.</param>
    /// <param name="window">The window.</param>
    /// <param name="from">First day told deal by deal.</param>
    /// <param name="to">Last day that the trace counts.</param>
    public Trace Detailed(Trace trace, ComponentRules component, Window window, DateOnly from, DateOnly to)
    {
        if (_credits.Count == 0 || trace.Lines[0] is not { Step: TraceStep.Credited } first)
        {
            return trace;
        }

        var unit = FigureUnit.Of(component.Definition.Measure, component.Plan.Currency);
        var lines = ImmutableArray.CreateBuilder<TraceLine>();
        var rest = Sum(component.Slot, from, to);
        if (from > window.Start && Sum(component.Slot, window.Start, from.AddDays(-1)) is { Counted: > 0 } earlier)
        {
            var text = $"{Count(earlier.Counted, "deal")} before {Day(from)}";
            lines.Add(TraceLine.Of(TraceStep.Rest, text, earlier.Sum));
        }

        lines.AddRange(Deals(component.Slot, from, to, rest));
        var detail = Explanation.Of(FigureKind.Credited, "", unit, first.Quantity!.Value, lines.ToImmutable());
        return trace with { Lines = trace.Lines.SetItem(0, first with { Detail = detail }) };
    }

    /// <summary>How a deal counts, where its credit is given and stands in the books.</summary>
    public DealCount? Of(string deal, int slot)
    {
        if (!_credits.TryGetValue(deal, out var credit) || !_books.TryFind(deal, out var account, out var place) ||
            account != _account || place.Day != credit.Deal.Credited.DayNumber)
        {
            return null;
        }

        return _account.Rules.VersionOn(credit.Deal.Credited)?.InSlot(slot) is { } component
            ? CreditCounts.Explain(component, credit, _books.Rates)
            : null;
    }

    private IEnumerable<TraceLine> Deals(int slot, DateOnly from, DateOnly to, Tally rest)
    {
        var counts = _credits.Values
            .Where(credit => credit.Deal.Credited >= from && credit.Deal.Credited <= to)
            .Select(credit => Of(credit.Deal.Id, slot)).OfType<DealCount>().ToList();
        var listed = counts.OrderByDescending(count => Exact.Max(count.Counted, -count.Counted))
            .ThenBy(count => count.Credited).ThenBy(count => count.Deal, StringComparer.Ordinal)
            .Take(_most)
            .OrderBy(count => count.Credited).ThenBy(count => count.Deal, StringComparer.Ordinal).ToList();
        var (left, more) = (rest.Sum, rest.Counted);
        foreach (var count in listed)
        {
            yield return count.ToLine();
            left -= count.Counted;
            more -= count.IsCounted ? 1 : 0;
        }

        var others = counts.Except(listed).Count(count => !count.IsCounted);
        if (more > 0 || others > 0 || !left.IsZero)
        {
            yield return TraceLine.Of(TraceStep.Rest, More(more, others, listed.Count > 0), left);
        }
    }

    private static string More(int counted, int others, bool listed)
    {
        var deals = listed ? $"and {Count(counted, "more deal")}" : Count(counted, "deal");
        return others > 0 ? $"{deals}, and {Count(others, "deal")} that this does not count" : deals;
    }

    private Tally Sum(int slot, DateOnly from, DateOnly to)
    {
        using var scratch = new Scratch(_account.Rules.Slots);
        if (from <= to)
        {
            _account.View.Between(Place.StartOf(from), Place.EndOf(to), scratch.Tallies);
        }

        return scratch.Tallies[slot];
    }
}
