using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>Every component counts a field of its own, so that a made-up deal can bring each to any total. Money has 12
/// digits, so that rounding hides nothing.</summary>
public sealed class PayPropertyTests
{
    private const int Worlds = 150;

    [Fact]
    public void PayAt_AnyPlan_EqualsApplyingAMadeUpCredit()
    {
        foreach (var (where, world, on) in Positions(0))
        {
            var books = world.Brute.Books();
            var estimate = books.Estimate(on)!;
            foreach (var attainment in new[] { 0.37m, 0.83m, 1.21m })
            {
                var found = books.PayAt(on, attainment)!;
                var more = found.Components.Select((part, i) => part.Credited - estimate.Components[i].Credited);
                var then = After(world, on, [.. more]).Estimate(on)!;
                for (var i = 0; i < found.Components.Length; i++)
                {
                    var (part, wanted) = (found.Components[i], then.Components[i]);
                    if (wanted.Window.Kind != WindowKind.Deal)
                    {
                        Assert.True(IsNear(attainment * part.Quota!.Value, part.Credited), where);
                        Assert.True(IsNear(wanted.Earned, part.Earned), $"{where} at {attainment}: {part}, {wanted}");
                    }
                }

                Assert.Equal(found.Components.Sum(part => part.Earned), found.Total);
            }
        }
    }

    [Fact]
    public void NextUnit_AnyPlan_EqualsThePreviewOfADealOfOneUnit()
    {
        foreach (var (where, world, on) in Positions(1000))
        {
            var books = world.Brute.Books();
            var units = books.NextUnit(on)!;
            for (var i = 0; i < units.Components.Length; i++)
            {
                var unit = units.Components[i];
                var preview = books.Preview(MadeUp(on, i, 1m));
                Assert.True(IsNear(preview.Change, unit.Pays + unit.Others), $"{where}: {unit}, {preview.Change}");
            }
        }
    }

    [Fact]
    public void AttainmentCurve_AnyPlan_RunsThroughTheEvaluationAtEachPoint()
    {
        var straight = 0;
        foreach (var (where, world, on) in Positions(2000))
        {
            var books = world.Brute.Books();
            var estimate = books.Estimate(on)!;
            for (var i = 0; i < estimate.Components.Length; i++)
            {
                var part = estimate.Components[i];
                var curve = books.AttainmentCurve(on, part.Component, -0.1m, 1.3m, 5);
                Assert.Equal(part.Window.Kind == WindowKind.Deal, curve.IsEmpty);
                Assert.Equal(curve, curve.OrderBy(point => point.Attainment));
                foreach (var place in curve.GroupBy(point => point.Credited).Where(place => place.Count() == 1))
                {
                    CheckPoint(where, world, on, i, part, place.Single());
                }

                // Only a factor that is itself a line over the same attainment makes a curve of it.
                if (!curve.IsEmpty && !IsCurved(world, i))
                {
                    straight++;
                    CheckLines(where, world, on, i, part, curve);
                }
            }
        }

        Assert.True(straight > Worlds / 2, $"{straight}");
    }

    private static void CheckLines(string where, ForecastWorld world, DateOnly on, int index, ComponentEstimate part,
        ImmutableArray<AttainmentPoint> curve)
    {
        foreach (var (from, to) in curve.Zip(curve.Skip(1)).Where(pair => pair.First.Credited < pair.Second.Credited))
        {
            var middle = new AttainmentPoint(
                (from.Attainment + to.Attainment) / 2m, (from.Credited + to.Credited) / 2m,
                (from.Earned + to.Earned) / 2m);
            CheckPoint(where, world, on, index, part, middle);
        }
    }

    private static void CheckPoint(
        string where, ForecastWorld world, DateOnly on, int index, ComponentEstimate part, AttainmentPoint point)
    {
        var more = new decimal[3];
        more[index] = point.Credited - part.Credited;
        var earned = After(world, on, more).Estimate(on)!.Components[index].Earned;
        Assert.True(IsNear(earned, point.Earned), $"{where}: {part.Component}: {point}, but {earned}");
    }

    // Days of the last version of a plan, after which nothing else governs the windows.
    private static IEnumerable<(string, ForecastWorld, DateOnly)> Positions(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + Worlds; seed++)
        {
            var world = new ForecastWorld(seed, openDeals: 0, digits: 12);
            var on = world.AnyDay();
            var last = world.Assignments[0].Versions[^1].Effective;
            if (world.Brute.Books().Estimate(on) is { } estimate && estimate.Version == last)
            {
                yield return ($"seed {seed}, {on:o}", world, on);
            }
        }
    }

    private static RepBooks After(ForecastWorld world, DateOnly on, decimal[] more)
    {
        var then = world.Brute.Books();
        for (var i = 0; i < more.Length; i++)
        {
            if (more[i] != 0m)
            {
                then.Apply(MadeUp(on, i, more[i]));
            }
        }

        return then;
    }

    private static bool IsCurved(ForecastWorld world, int index) =>
        world.Assignments[0].Versions[^1].Components[index].Multipliers.Any(multiplier =>
            multiplier is Multiplier.Curved && multiplier.By == $"c{index}");

    private static DealCredit MadeUp(DateOnly on, int index, decimal more) => new(
        new Deal
        {
            Id = $"made-up-{index}",
            Credited = on,
            Fields = ImmutableSortedDictionary<string, string>.Empty.Add(
                $"m{index}", more.ToString(CultureInfo.InvariantCulture)),
        },
        [new RoleShare(CreditRole.Owner, 1m)]);

    private static bool IsNear(decimal one, decimal other) => Math.Abs(one - other) < 0.000001m;
}
