namespace Commission.Engine;

/// <summary>Statements: their periods, and what a draw makes of what they earned.</summary>
internal static class Draws
{
    /// <summary>The periods from that of <paramref name="first"/> to that of <paramref name="last"/>, each with the
    /// version in force on
    /// its first day of the assignment. A period never starts before its predecessor has ended.</summary>
    /// <param name="rules">Whose.</param>
    /// <param name="first">A day of the first period; where <paramref name="resumed"/>, the day after a period that
    /// has been.</param>
    /// <param name="last">A day of the last.</param>
    /// <param name="resumed">Whether periods before these have been listed.</param>
    public static IEnumerable<(Window Period, VersionRules Version)> Periods(
        AssignmentRules rules, DateOnly first, DateOnly last, bool resumed = false)
    {
        var day = first;
        while (day <= last && rules.VersionOn(day) is { } version)
        {
            var period = version.PeriodOf(day);
            var whole = period.Start > day || (day == first && !resumed);
            yield return (whole ? period : period with { Start = day }, version);
            if (period.End == DateOnly.MaxValue)
            {
                yield break;
            }

            day = period.End.AddDays(1);
        }
    }

    /// <summary>What a statement pays of what it earned, and what is owed after it.</summary>
    public static Statement Settle(Plan plan, Window period, decimal earned, decimal owed)
    {
        var (paid, left) = (Paid(plan, earned, owed), Owed(plan, earned, owed));
        return new Statement(period.Name(plan.YearStarts), period.Start, period.End, earned, paid, left);
    }

    /// <summary>What a statement pays that earned <paramref name="earned"/>.</summary>
    public static decimal Paid(Plan plan, decimal earned, decimal owed)
    {
        var draw = plan.Draw?.Amount ?? 0m;
        return earned < draw ? draw : earned - (owed - Owed(plan, earned, owed));
    }

    /// <summary>What is owed after a statement that earned <paramref name="earned"/>.</summary>
    public static decimal Owed(Plan plan, decimal earned, decimal owed)
    {
        var draw = plan.Draw?.Amount ?? 0m;
        if (earned >= draw)
        {
            return owed - Math.Min(owed, earned - draw);
        }

        return owed + (plan.Draw is { Recoverable: true } ? draw - earned : Math.Max(0m, -earned));
    }
}
