namespace Commission.Engine;

/// <summary>Why a payee is credited with a deal. A component counts the roles that it names.</summary>
public enum CreditRole
{
    /// <summary>Sold the deal, alone or with a share.</summary>
    Owner,

    /// <summary>Helped to sell it: a specialist, a partner manager.</summary>
    Overlay,

    /// <summary>Answers for the territory in which it was sold.</summary>
    Rollup,

    /// <summary>Manages an owner of the deal, directly or through other managers.</summary>
    Team,
}

/// <summary>Where a deal stands. Only won deals are earned; open ones are pipeline.</summary>
public enum DealStatus
{
    /// <summary>Still being sold.</summary>
    Open,

    /// <summary>Sold: the only status that is credited.</summary>
    Won,

    /// <summary>Not sold.</summary>
    Lost,

    /// <summary>Sold and taken back, or withdrawn.</summary>
    Cancelled,
}

/// <summary>The span over which credits accumulate before a new count starts from zero.</summary>
public enum WindowKind
{
    /// <summary>Each deal is a window of its own.</summary>
    Deal,

    /// <summary>A calendar month.</summary>
    Month,

    /// <summary>A quarter of the plan's fiscal year.</summary>
    Quarter,

    /// <summary>A half of the plan's fiscal year.</summary>
    Half,

    /// <summary>The plan's fiscal year.</summary>
    Year,
}

/// <summary>How often a plan makes a statement.</summary>
public enum PayFrequency
{
    /// <summary>One statement for each calendar month.</summary>
    Monthly,

    /// <summary>One statement for each fiscal quarter.</summary>
    Quarterly,

    /// <summary>One statement for each fiscal year.</summary>
    Yearly,
}

/// <summary>How an amount of money exactly between two minor units is rounded.</summary>
public enum RoundingRule
{
    /// <summary>Away from zero; the default.</summary>
    HalfUp,

    /// <summary>To the even neighbour.</summary>
    HalfEven,
}

/// <summary>Whether a value exactly at a bound has reached it. A bound of zero is always reached.</summary>
public enum BoundRule
{
    /// <summary>It has: the upper tier applies; the default.</summary>
    Upper,

    /// <summary>It has not: the lower tier still applies.</summary>
    Lower,
}

/// <summary>What follows the last point of a curve.</summary>
public enum BeyondRule
{
    /// <summary>The last point's value; the default.</summary>
    Flat,

    /// <summary>The last line goes on.</summary>
    Continue,
}

/// <summary>Whether quotas, targets, caps and floors shrink with a partly assigned window.</summary>
public enum Proration
{
    /// <summary>They do not; the default.</summary>
    None,

    /// <summary>They are scaled by (assigned days of the window) / (days of the window), exactly.</summary>
    Days,
}
