using Commission.Engine.Tests.Generators;
using Commission.Engine.Tests.Oracle;

namespace Commission.Engine.Tests.Properties;

/// <summary>Compares an evaluation with the oracle's, row by row and figure by figure.</summary>
internal static class OracleComparison
{
    // Totals of more digits than a decimal has are rounded where they are shown.
    private static readonly Rational ShownTotal = new(1, 1_000_000_000_000);

    public static void Check(World world, Evaluation found)
    {
        var wanted = new OracleWorld(world.Json).Evaluate(world.Through);
        Assert.Equal(wanted.Unassigned, found.Unassigned);
        Windows(wanted, found);
        Statements(wanted, found);
        Deals(wanted, found);
    }

    private static void Windows(OracleFigures wanted, Evaluation found)
    {
        var rows = found.Windows.ToDictionary(row => (row.Assignment, row.Component, row.Window, row.Start));
        Assert.True(wanted.Windows.Count == rows.Count, $"{rows.Count} windows, not {wanted.Windows.Count}");
        foreach (var row in wanted.Windows)
        {
            var key = (row.Assignment, row.Component, row.Window, row.Start);
            Assert.True(rows.TryGetValue(key, out var figures), $"no window {key}");
            Total($"credited in {key}", row.Credited, figures.Credited);
            Money($"earned in {key}", row.Earned, figures.Earned);
            var attainment = row.Attainment?.Round(6, tiesToEven: true);
            Assert.True(
                Equals(attainment, figures.Attainment is { } value ? Of(value) : null),
                $"attainment in {key}: {figures.Attainment}, not {attainment}");
        }
    }

    private static void Statements(OracleFigures wanted, Evaluation found)
    {
        Assert.Equal(
            wanted.Statements.Select(row => (row.Assignment, row.Period)),
            found.Statements.Select(row => (row.Assignment, row.Statement.Period)));
        foreach (var (row, figures) in wanted.Statements.Zip(found.Statements))
        {
            var where = $"statement {row.Period} of assignment {row.Assignment}";
            Money($"earned in {where}", row.Earned, figures.Statement.Earned);
            Money($"paid in {where}", row.Paid, figures.Statement.Paid);
            Money($"balance of {where}", row.DrawBalance, figures.Statement.DrawBalance);
        }
    }

    private static void Deals(OracleFigures wanted, Evaluation found)
    {
        var rows = found.Deals.SelectMany(deal => deal.Components.Select(part => (deal.Deal, Part: part))).ToList();
        Assert.Equal(
            wanted.Deals.Select(row => (row.Deal, row.Component)), rows.Select(row => (row.Deal, row.Part.Component)));
        foreach (var (row, (deal, part)) in wanted.Deals.Zip(rows))
        {
            Total($"credited of {deal} in {part.Component}", row.Credited, part.Credited);
            Money($"earned by {deal} in {part.Component}", row.Earned, part.Earned);
        }
    }

    private static void Money(string what, Rational wanted, decimal found) =>
        Assert.True(wanted.Equals(Of(found)), $"{what}: {found}, not {wanted}");

    private static void Total(string what, Rational wanted, decimal found)
    {
        var difference = wanted - Of(found);
        var isSame = difference < ShownTotal && Rational.Zero - difference < ShownTotal;
        Assert.True(isSame, $"{what}: {found}, not {wanted}");
    }

    private static Rational Of(decimal value) => Rational.TryRead(Dice.Text(value))!;
}
