namespace Commission.Engine;

/// <summary>Parts of explanations.</summary>
public static class ExplainParts
{
    /// <summary>What one component adds to what a deal, or a statement, earned; null where it has no part in it.
    /// </summary>
    /// <param name="whole">Of a deal or a statement.</param>
    /// <param name="component">Its id.</param>
    public static Explanation? OfComponent(this Explanation whole, string component)
    {
        var earned = whole.Kind == FigureKind.Statement ? whole.Lines[0].Detail! : whole;
        TraceLine[] parts = [.. earned.Lines.Where(line => line.Subject == component)];
        if (parts.Length == 0)
        {
            return null;
        }

        var sum = parts.Aggregate(Exact.Zero, (before, line) => before + line.Effect);
        var title = $"{earned.Title}; of it {earned.Unit.Say(sum)} by {component}";
        return Explanation.Of(earned.Kind, title, earned.Unit, sum, [.. parts]);
    }
}
