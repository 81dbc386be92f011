namespace Commission.Engine;

/// <summary>What decides how an account goes on: what open deals have added so far, and what is owed.</summary>
/// <param name="Earned">In the current span or statement period.</param>
/// <param name="Owed">After the last statement.</param>
/// <param name="Added">What closed deals have added to the totals that are still needed, by axis.</param>
internal readonly record struct CourseState(decimal Earned, decimal Owed, Exact[] Added);

/// <summary>One step of a course.</summary>
internal abstract record CourseStep
{
    private CourseStep()
    {
    }

    /// <summary>An open deal closes, or not.</summary>
    /// <param name="Probability">That it does.</param>
    /// <param name="Whole">What it adds.</param>
    /// <param name="Weighted">What it adds times its probability.</param>
    public sealed record Close(decimal Probability, Addition Whole, Addition Weighted) : CourseStep
    {
        private const decimal TwoToThe64 = 18446744073709551616m;

        private readonly ulong _below = Probability < 1m ? (ulong)decimal.Floor(Probability * TwoToThe64) : 0;

        /// <summary>Whether it closes, for a number drawn of 2^64: with its probability, to within 2^-64.</summary>
        public bool Happens(ulong drawn) => Probability >= 1m || drawn < _below;
    }

    /// <summary>F is read at a place in the order of credits.</summary>
    public sealed record Read(Reading Reading) : CourseStep;

    /// <summary>A statement period ends.</summary>
    /// <param name="Plan">With the draw.</param>
    /// <param name="NextEarned">What the next period earns without open deals.</param>
    /// <param name="NotBegun">The axis that counts credits, where without any there is no statement yet; −1: there
    /// is.</param>
    public sealed record Settle(Plan Plan, decimal NextEarned, int NotBegun) : CourseStep;
}

/// <summary>What a closed deal adds.</summary>
/// <param name="Earned">Money of its own deal windows.</param>
/// <param name="Axes">To the axes; those that it does not change are left out.</param>
internal sealed record Addition(decimal Earned, (int Axis, Exact More)[] Axes)
{
    public CourseState To(CourseState state)
    {
        var added = state.Added;
        if (Axes.Length > 0)
        {
            added = (Exact[])added.Clone();
            Into(added);
        }

        return state with { Earned = state.Earned + Earned, Added = added };
    }

    public void Into(Exact[] added)
    {
        foreach (var (axis, more) in Axes)
        {
            added[axis] += more;
        }
    }
}

/// <summary>How one account goes on through a span of days: its open deals, the places at which F is read, and the
/// statements on the way, in the order of days.</summary>
/// <param name="Start">Before any open deal.</param>
/// <param name="Steps">In order.</param>
/// <param name="LastPlan">Governs the statement of the span; null where the span is none.</param>
internal sealed record Course(CourseState Start, CourseStep[] Steps, Plan? LastPlan)
{
    /// <summary>What the statement of the span pays at the end of the course.</summary>
    public decimal Paid(decimal earned, decimal owed) =>
        LastPlan is { } plan ? Draws.Paid(plan, earned, owed) : 0m;

    /// <summary>Goes one way to the end.</summary>
    /// <param name="addition">What a deal adds; null: it does not close.</param>
    public (decimal Earned, decimal Owed) Follow(Func<CourseStep.Close, Addition?> addition)
    {
        var state = Start with { Added = (Exact[])Start.Added.Clone() };
        foreach (var step in Steps)
        {
            if (step is not CourseStep.Close close)
            {
                state = Pass(step, state);
            }
            else if (addition(close) is { } added)
            {
                added.Into(state.Added);
                state = state with { Earned = state.Earned + added.Earned };
            }
        }

        return (state.Earned, state.Owed);
    }

    /// <summary>A step that leaves no choice. Leaves the totals as they are.</summary>
    public static CourseState Pass(CourseStep step, CourseState state)
    {
        switch (step)
        {
            case CourseStep.Read read:
                return state with { Earned = state.Earned + read.Reading.Change(state.Added) };
            case CourseStep.Settle settle:
                var begun = settle.NotBegun < 0 || !state.Added[settle.NotBegun].IsZero;
                var owed = begun ? Draws.Owed(settle.Plan, state.Earned, state.Owed) : state.Owed;
                return state with { Earned = settle.NextEarned, Owed = owed };
            default:
                throw new InvalidOperationException($"Unknown step: {step}.");
        }
    }
}
