namespace Commission.Engine.Tests.Oracle;

/// <summary>What one component reached in one window of one assignment (counted from 0).</summary>
internal sealed record WindowFigures(
    int Assignment,
    string Component,
    string Window,
    DateOnly Start,
    Rational Credited,
    Rational? Attainment,
    Rational Earned);

/// <summary>One statement of one assignment.</summary>
internal sealed record StatementFigures(
    int Assignment, string Period, Rational Earned, Rational Paid, Rational DrawBalance);

/// <summary>What one deal counted and earned by one component; 0 where the component does not count it.</summary>
internal sealed record DealFigures(string Deal, string Component, Rational Credited, Rational Earned);

/// <summary>Everything that the format says of one payee's history.</summary>
/// <param name="Windows">Windows of more than one deal, in order of assignment.</param>
/// <param name="Statements">In order of assignment and time.</param>
/// <param name="Deals">In the windows' order.</param>
/// <param name="Unassigned">Won deals outside every assignment, in order of date and id.</param>
internal sealed record OracleFigures(
    List<WindowFigures> Windows,
    List<StatementFigures> Statements,
    List<DealFigures> Deals,
    List<string> Unassigned);
