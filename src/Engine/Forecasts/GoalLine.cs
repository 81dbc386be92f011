namespace Commission.Engine;

/// <summary>What a scope earns at one step.</summary>
/// <param name="At">The step; 0: as things stand.</param>
/// <param name="Sum">All that is earned.</param>
/// <param name="Parts">What each part earns of it.</param>
/// <param name="Factors">Of each part that is their product in the piece asked for; null for others.</param>
internal sealed record GoalNode(decimal At, decimal Sum, decimal[] Parts, List<Exact>?[]? Factors);

/// <summary>What a scope earns as a function of more of one component's measure, counted in whole steps.</summary>
internal sealed class GoalLine
{
    private readonly List<GoalPart> _parts = [];
    private readonly decimal _still;

    public GoalLine(IEnumerable<GoalTerm> terms, ComponentRules target, DateOnly on, decimal step)
    {
        Step = step;
        foreach (var term in terms)
        {
            var moves = term.Holds(on) && term.Reads(target.Slot) && !term.Component.HasDealWindows;
            _still += moves ? 0m : term.Value(term.Tallies);
            if (moves)
            {
                Add(new GoalPart(term.Component, term.Window, term.Sign, term.Tallies, target.Slot)
                {
                    Limit = target.HasDealWindows ? target.Definition.Limit : null,
                });
            }
            else if (target.HasDealWindows && term.Component == target && term.Holds(on))
            {
                _parts.Add(OfDeal(target, on, term.Tallies.Length));
            }
        }

        Last = LastStep();
    }

    /// <summary>Parts that more of the measure moves.</summary>
    public IReadOnlyList<GoalPart> Parts => _parts;

    /// <summary>Units of the measure.</summary>
    public decimal Step { get; }

    /// <summary>The last step that the search looks at.</summary>
    public decimal Last { get; }

    /// <summary>What is earned at a step.</summary>
    /// <param name="at">The step; 0: as things stand.</param>
    /// <param name="piece">Says which parts' factors are asked for; null: none.</param>
    public GoalNode At(decimal at, GoalPiece? piece = null)
    {
        var values = new decimal[_parts.Count];
        var sum = _still;
        var factors = piece?.Free is null ? null : new List<Exact>?[_parts.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _parts[i].Value(at * Step);
            sum += values[i];
            if (factors is not null && piece!.Free![i])
            {
                factors[i] = _parts[i].Factors(at * Step);
            }
        }

        return new GoalNode(at, sum, values, factors);
    }

    /// <summary>No less than what any step between two of a piece earns.</summary>
    public Exact Most(GoalPiece piece, GoalNode left, GoalNode right)
    {
        Exact apart = _still, together = _still;
        for (var i = 0; i < _parts.Count; i++)
        {
            var larger = Math.Max(left.Parts[i], right.Parts[i]);
            apart += larger;
            together += piece.Free is { } free && free[i] ? _parts[i].HalfUnit : larger;
        }

        return left.Factors is { } from && right.Factors is { } to
            ? Exact.Min(apart, together + GoalBends.Most([.. _parts.Select(part => part.Sign)], from, to))
            : apart;
    }

    /// <summary>Whether a cap holds any part at a step.</summary>
    public bool IsCapped(decimal at) => _parts.Exists(part => part.IsCapped(at * Step));

    // Nothing between two places in a window: what was earned before a version and at its end is the same.
    private void Add(GoalPart part)
    {
        var other = _parts.FindIndex(part.Cancels);
        if (other < 0)
        {
            _parts.Add(part);
        }
        else
        {
            _parts.RemoveAt(other);
        }
    }

    private static GoalPart OfDeal(ComponentRules target, DateOnly on, int slots) => new(
        target, new Window(WindowKind.Deal, on, on), Sign: 1, new Tally[slots], target.Slot)
    {
        Limit = target.Definition.Limit,
        Each = target.Definition.Measure.Kind == MeasureKind.Deals,
    };

    // A line that goes on may earn more, far out, than money can hold: the search ends before.
    private decimal LastStep()
    {
        var last = decimal.Floor(DealChecks.MaxMagnitude / Step);
        while (true)
        {
            try
            {
                _ = At(last);
                return last;
            }
            catch (OverflowException) when (last > 1m)
            {
                last = decimal.Floor(last / 2m);
            }
        }
    }
}
