namespace Commission.Engine;

/// <summary>How a pipeline is forecast.</summary>
/// <param name="On">The day of the forecast. An open deal credited before it is overdue, and is taken to close on
/// it; any other closes on its credit date.</param>
public sealed record PipelineOptions(DateOnly On)
{
    /// <summary>For open deals whose probability is not known: 0 to 1, by default one half.
    /// <see cref="PipelineForecast.UnknownProbabilities"/> says how many there are.</summary>
    public decimal UnknownProbability { get; init; } = 0.5m;

    /// <summary>A distribution is exact as long as it has at most so many states at once; beyond it is sampled. By
    /// default 2^16, which 16 deals of unlike sizes in one window come to; deals of equal size, and windows that are
    /// over, merge. 0: always sample.</summary>
    public int StatesMax { get; init; } = 1 << 16;

    /// <summary>How many samples are drawn where it is not exact: 100 to 1,000,000, by default 10,000.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>The same seed draws the same samples.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>What a span of days earns on one plan, with the open deals that move it.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Currency">All money below is in it.</param>
/// <param name="From">First day of the span.</param>
/// <param name="To">Last day of the span, inclusive.</param>
/// <param name="Deals">Open deals that may close by <paramref name="To"/> and are counted by a component, also
/// before the span: they move what it earns through the windows that it shares, and through the draw.</param>
/// <param name="UnknownProbabilities">How many of them have no probability of their own.</param>
/// <param name="Earned">What the span earns: F at its end − F at its start, all components.</param>
/// <param name="Paid">What the statement pays after the draw and what was owed before; null where the span is not
/// exactly one statement period.</param>
public sealed record PipelineForecast(
    string Plan,
    Currency Currency,
    DateOnly From,
    DateOnly To,
    int Deals,
    int UnknownProbabilities,
    PipelineFigures Earned,
    PipelineFigures? Paid);

/// <summary>One figure with a pipeline, three ways and as a distribution. In plan currency.</summary>
/// <param name="Now">Without any open deal.</param>
/// <param name="AllClose">If every open deal closes, whatever its probability.</param>
/// <param name="Weighted">F of the weighted totals: every component counts each open deal's measure, after share and
/// <c>limit</c>, times its probability, and then tiers, modifiers and rounding apply to the window's total as always.
/// This is not the mean: with accelerators, whole tiers, thresholds or caps F of an average differs from the average
/// of F. In a component with deal windows, where nothing adds up, each deal gives probability × its own pay, rounded
/// to the minor unit. A deal above probability 0 counts as a credit, so that it brings a floor.</param>
/// <param name="Distribution">Where every open deal closes with its probability, independently of the
/// others.</param>
public sealed record PipelineFigures(decimal Now, decimal AllClose, decimal Weighted, Distribution Distribution);

/// <summary>What a sum of money may come to.</summary>
/// <param name="IsExact">Whether every combination of deals is in it; else it was sampled.</param>
/// <param name="Mean">Probability-weighted mean, or the mean of the samples, to 12 places.</param>
/// <param name="StandardError">Of <paramref name="Mean"/>: the samples' standard deviation / √samples; 0 where
/// exact.</param>
/// <param name="P10">In 1 of 10 cases it is this or less.</param>
/// <param name="P50">The median.</param>
/// <param name="P90">In 9 of 10 cases it is this or less.</param>
/// <param name="Least">The least that can come about, or that was sampled: then less is possible.</param>
/// <param name="Most">The most that can come about, or that was sampled: then more is possible.</param>
/// <param name="Samples">How many were drawn; 0 where exact.</param>
public sealed record Distribution(
    bool IsExact,
    decimal Mean,
    decimal StandardError,
    Percentile P10,
    Percentile P50,
    Percentile P90,
    decimal Least,
    decimal Most,
    int Samples);

/// <summary>The smallest value whose cumulative probability is at least a given one. Exact distributions compare
/// probabilities at 18 places.</summary>
/// <param name="Value">The value; of the samples where these were drawn.</param>
/// <param name="Low">Lower end of a 95 % confidence interval by order statistics (normal approximation of the
/// binomial ranks, widened to whole ranks); <paramref name="Value"/> where exact.</param>
/// <param name="High">Upper end; <paramref name="Value"/> where exact.</param>
public readonly record struct Percentile(decimal Value, decimal Low, decimal High);
