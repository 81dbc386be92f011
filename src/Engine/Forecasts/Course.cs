namespace Commission.Engine;

/// <summary>Where an account stands on its course, apart from what open deals have added.</summary>
/// <param name="Earned">In the current span or statement period.</param>
/// <param name="Owed">After the last statement.</param>
internal readonly record struct CourseState(decimal Earned, decimal Owed);

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
    public void AddTo(Span<Exact> added)
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
/// <param name="Axes">How many totals are followed to which closed deals add.</param>
/// <param name="LastPlan">Governs the statement of the span; null where the span is none.</param>
internal sealed record Course(CourseState Start, CourseStep[] Steps, int Axes, Plan? LastPlan)
{
    /// <summary>What the statement of the span pays at the end of the course.</summary>
    public decimal Paid(CourseState end) => LastPlan is { } plan ? Draws.Paid(plan, end.Earned, end.Owed) : 0m;

    /// <summary>Goes one way to the end.</summary>
    /// <param name="addition">What a deal adds; null: it does not close.</param>
    public CourseState Follow(Func<CourseStep.Close, Addition?> addition)
    {
        var state = Start;
        var added = new Exact[Axes];
        foreach (var step in Steps)
        {
            if (step is not CourseStep.Close close)
            {
                state = Pass(step, state, added);
            }
            else if (addition(close) is { } more)
            {
                more.AddTo(added);
                state = state with { Earned = state.Earned + more.Earned };
            }
        }

        return state;
    }

    /// <summary>A step that leaves no choice.</summary>
    public static CourseState Pass(CourseStep step, CourseState state, ReadOnlySpan<Exact> added)
    {
        switch (step)
        {
            case CourseStep.Read read:
                return state with { Earned = state.Earned + read.Reading.Change(added) };
            case CourseStep.Settle settle:
                var begun = settle.NotBegun < 0 || !added[settle.NotBegun].IsZero;
                var owed = begun ? Draws.Owed(settle.Plan, state.Earned, state.Owed) : state.Owed;
                return new CourseState(settle.NextEarned, owed);
            default:
                throw new InvalidOperationException($"Unknown step: {step}.");
        }
    }
}
