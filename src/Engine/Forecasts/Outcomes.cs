namespace Commission.Engine;

/// <summary>All that a course may have come to, with probabilities: states in order, of which equal ones are one. A
/// probability is off by less than 10^-21 for 10^5 states and 100 deals, as each product is rounded to 28
/// places.</summary>
internal sealed class Outcomes
{
    private readonly int _axes;
    private readonly CourseState[] _states;
    private readonly decimal[] _probabilities;
    private readonly Exact[] _added;

    private Outcomes(int axes, int capacity)
    {
        _axes = axes;
        _states = new CourseState[capacity];
        _probabilities = new decimal[capacity];
        _added = new Exact[capacity * axes];
    }

    public int Count { get; private set; }

    /// <summary>The states with their probabilities, in order of what is earned.</summary>
    public IEnumerable<(CourseState State, decimal Probability)> All =>
        Enumerable.Range(0, Count).Select(index => (_states[index], _probabilities[index]));

    /// <summary>Follows every way at once; null where that takes more than <paramref name="statesMax"/>
    /// states.</summary>
    public static Outcomes? Of(Course course, int statesMax)
    {
        var outcomes = new Outcomes(course.Axes, 1);
        outcomes.Append(course.Start, 1m, new Exact[course.Axes]);
        foreach (var step in course.Steps)
        {
            outcomes = step is CourseStep.Close close ? outcomes.Branched(close) : outcomes.Passed(step);
            if (outcomes.Count > statesMax)
            {
                return null;
            }
        }

        return outcomes;
    }

    // Adding the same to every state keeps their order, so that those with and without the deal only need merging.
    private Outcomes Branched(CourseStep.Close close)
    {
        var merged = new Outcomes(_axes, close.Probability is 0m or 1m ? Count : 2 * Count);
        var without = close.Probability == 1m ? Count : 0;
        var with = close.Probability == 0m ? Count : 0;
        Span<Exact> added = new Exact[_axes];
        var chances = Array.ConvertAll(_probabilities, probability => probability * close.Probability);
        var isReady = false;
        while (without < Count || with < Count)
        {
            if (with < Count && !isReady)
            {
                AddedAt(with).CopyTo(added);
                close.Whole.AddTo(added);
                isReady = true;
            }

            var closed = with < Count
                ? _states[with] with { Earned = _states[with].Earned + close.Whole.Earned }
                : default;
            var order = with == Count ? -1 : without == Count ? 1
                : Compare(_states[without], AddedAt(without), closed, added);
            if (order <= 0)
            {
                merged.Append(_states[without], _probabilities[without] - chances[without], AddedAt(without));
                without++;
            }

            if (order >= 0)
            {
                merged.Append(closed, chances[with], added);
                isReady = false;
                with++;
            }
        }

        return merged;
    }

    private Outcomes Passed(CourseStep step)
    {
        for (var i = 0; i < Count; i++)
        {
            _states[i] = Course.Pass(step, _states[i], AddedAt(i));
            if (step is CourseStep.Read read)
            {
                read.Reading.Forget(AddedAt(i));
            }
        }

        var merged = new Outcomes(_axes, Count);
        foreach (var index in Order())
        {
            merged.Append(_states[index], _probabilities[index], AddedAt(index));
        }

        return merged;
    }

    // More closed deals mostly earn more, so that there is often nothing to sort.
    private int[] Order()
    {
        var order = new int[Count];
        var isOrdered = true;
        for (var i = 0; i < Count; i++)
        {
            order[i] = i;
            isOrdered = isOrdered && (i == 0 || Compare(i - 1, i) <= 0);
        }

        if (!isOrdered)
        {
            Array.Sort(order, Compare);
        }

        return order;
    }

    // A state that equals the last one adds to its probability.
    private void Append(CourseState state, decimal probability, ReadOnlySpan<Exact> added)
    {
        if (Count > 0 && Compare(_states[Count - 1], AddedAt(Count - 1), state, added) == 0)
        {
            _probabilities[Count - 1] += probability;
            return;
        }

        _states[Count] = state;
        _probabilities[Count] = probability;
        Count++;
        added.CopyTo(AddedAt(Count - 1));
    }

    private Span<Exact> AddedAt(int index) => _added.AsSpan(index * _axes, _axes);

    private int Compare(int left, int right) =>
        Compare(_states[left], AddedAt(left), _states[right], AddedAt(right));

    private static int Compare(
        in CourseState left, ReadOnlySpan<Exact> leftAdded, in CourseState right, ReadOnlySpan<Exact> rightAdded)
    {
        var order = left.Earned.CompareTo(right.Earned);
        order = order != 0 ? order : left.Owed.CompareTo(right.Owed);
        for (var axis = 0; order == 0 && axis < leftAdded.Length; axis++)
        {
            order = leftAdded[axis].CompareTo(rightAdded[axis]);
        }

        return order;
    }
}
