namespace Commission.Engine;

/// <summary>All that a course may come to, with probabilities. States that are equal are one.</summary>
internal static class Outcomes
{
    private static readonly Comparer<Outcome> ByState = Comparer<Outcome>.Create(Compare);

    /// <summary>Follows every way at once; null where that takes more than <paramref name="statesMax"/>
    /// states.</summary>
    public static List<Outcome>? Of(Course course, int statesMax)
    {
        var outcomes = new List<Outcome> { new(course.Start, 1m) };
        foreach (var step in course.Steps)
        {
            outcomes = step is CourseStep.Close close
                ? Branched(outcomes, close)
                : Passed(outcomes, step);
            if (outcomes.Count > statesMax)
            {
                return null;
            }
        }

        return outcomes;
    }

    private static List<Outcome> Branched(List<Outcome> outcomes, CourseStep.Close close)
    {
        var (probability, whole) = (close.Probability, close.Whole);
        if (probability == 0m)
        {
            return outcomes;
        }

        var closed = outcomes.ConvertAll(outcome =>
            new Outcome(whole.To(outcome.State), outcome.Probability * probability));
        if (probability == 1m)
        {
            return closed;
        }

        var open = outcomes.ConvertAll(outcome =>
            outcome with { Probability = outcome.Probability * (1m - probability) });
        return Merged(open, closed);
    }

    // Both are in order: adding the same to every state keeps it.
    private static List<Outcome> Merged(List<Outcome> left, List<Outcome> right)
    {
        var merged = new List<Outcome>(left.Count + right.Count);
        int l = 0, r = 0;
        while (l < left.Count && r < right.Count)
        {
            var order = Compare(left[l], right[r]);
            if (order == 0)
            {
                merged.Add(left[l] with { Probability = left[l++].Probability + right[r++].Probability });
            }
            else
            {
                merged.Add(order < 0 ? left[l++] : right[r++]);
            }
        }

        merged.AddRange(left.Skip(l));
        merged.AddRange(right.Skip(r));
        return merged;
    }

    private static List<Outcome> Passed(List<Outcome> outcomes, CourseStep step)
    {
        var passed = outcomes.ConvertAll(outcome => outcome with { State = Passed(outcome.State, step) });
        var merged = new List<Outcome>(passed.Count);
        foreach (var outcome in Ordered(passed))
        {
            if (merged.Count > 0 && Compare(merged[^1], outcome) == 0)
            {
                merged[^1] = outcome with { Probability = merged[^1].Probability + outcome.Probability };
            }
            else
            {
                merged.Add(outcome);
            }
        }

        return merged;
    }

    private static CourseState Passed(CourseState state, CourseStep step)
    {
        var passed = Course.Pass(step, state);
        return step is CourseStep.Read read ? passed with { Added = read.Reading.Kept(passed.Added) } : passed;
    }

    // More closed deals mostly earn more, so that there is often nothing to do.
    private static List<Outcome> Ordered(List<Outcome> outcomes)
    {
        for (var i = 1; i < outcomes.Count; i++)
        {
            if (Compare(outcomes[i - 1], outcomes[i]) > 0)
            {
                outcomes.Sort(ByState);
                break;
            }
        }

        return outcomes;
    }

    private static int Compare(Outcome left, Outcome right)
    {
        var order = left.State.Earned.CompareTo(right.State.Earned);
        order = order != 0 ? order : left.State.Owed.CompareTo(right.State.Owed);
        for (var axis = 0; order == 0 && axis < left.State.Added.Length; axis++)
        {
            order = left.State.Added[axis].CompareTo(right.State.Added[axis]);
        }

        return order;
    }
}

/// <summary>A state with its probability: off by less than 10^-21 in a forecast of 10^5 states and 100 deals, as each
/// product is rounded to 28 places.</summary>
internal readonly record struct Outcome(CourseState State, decimal Probability);
