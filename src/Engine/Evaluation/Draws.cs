namespace Commission.Engine;

/// <summary>Statements: their periods, and what a draw makes of what they earned.</summary>
internal static class Draws
{
    /// <summary>The periods from that of <paramref name="first"/> to that of <paramref name="last"/>, each with the version in force on
    /// its first day of the assignment. A period never starts before its predecessor has ended.</summary>
    public static IEnumerable<(Window Period, VersionRules Version)> Periods(
        AssignmentRules rules, DateOnly first, DateOnly last)
    {
        var day = first;
        while (day <= last && rules.VersionOn(day) is { } version)
        {
            var period = version.PeriodOf(day);
            yield return (period with { Start = day == first || period.Start > day ? period.Start : day }, version);
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
        var draw = plan.Draw?.Amount ?? 0m;
        var name = period.Name(plan.YearStarts);
        if (earned < draw)
        {
            var grows = plan.Draw is { Recoverable: true } ? draw - earned : Math.Max(0m, -earned);
            return new Statement(name, period.Start, period.End, earned, draw, owed + grows);
        }

        var recovered = Math.Min(owed, earned - draw);
        return new Statement(name, period.Start, period.End, earned, earned - recovered, owed - recovered);
    }
}
