namespace Commission.Client.Import;

/// <summary>How one value of a deal follows from the rows of a file.</summary>
public abstract record Expression
{
    private Expression()
    {
    }

    /// <summary>The same for every deal.</summary>
    public sealed record Constant(string Text) : Expression;

    /// <summary>A column; all rows of a deal must agree.</summary>
    public sealed record Column(string Name) : Expression;

    /// <summary>One value from a column over the rows of a deal.</summary>
    public sealed record Aggregate(AggregateKind Kind, string Name) : Expression;

    /// <summary>Left plus or minus right.</summary>
    public sealed record Difference(Expression Left, bool Minus, Expression Right) : Expression;

    /// <summary>One value for each value of a column; only for fields.</summary>
    public sealed record ByColumn(Expression Inner, string Name) : Expression;

    /// <summary>The names of all columns used.</summary>
    public IEnumerable<string> Columns => this switch
    {
        Column column => [column.Name],
        Aggregate aggregate => [aggregate.Name],
        Difference two => two.Left.Columns.Concat(two.Right.Columns),
        ByColumn by => by.Inner.Columns.Append(by.Name),
        _ => [],
    };
}

/// <summary>How rows become one value.</summary>
public enum AggregateKind
{
    /// <summary>Numbers added up.</summary>
    Sum,

    /// <summary>The first row's value.</summary>
    First,

    /// <summary>The last row's value.</summary>
    Last,

    /// <summary>The least number.</summary>
    Min,

    /// <summary>The greatest number.</summary>
    Max,

    /// <summary>How many rows have a value in the column.</summary>
    Count,
}
