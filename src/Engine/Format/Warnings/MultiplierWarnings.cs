using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Multipliers and gates without effect, or with one that takes back.</summary>
internal static class MultiplierWarnings
{
    public static void Run(Fields fields, Component component)
    {
        var spot = fields.At(ComponentShapes.Multiplier);
        var written = component.Multipliers.Where(multiplier => multiplier is not Multiplier.Gate).ToList();
        for (var i = 0; i < written.Count; i++)
        {
            var at = spot?.Node is ListNode ? spot.Inner(i) : spot;
            WarnOfFactors(at, component, written[i]);
        }

        if (component.Multipliers.Any(multiplier => multiplier is Multiplier.Gate { From: 0 }))
        {
            fields.At(ComponentShapes.Gate).Inner(PayShapes.GateFrom.Name)?.Warn(
                "zero is always reached, but by a negative total: the gate has hardly any effect");
        }
    }

    private static void WarnOfFactors(Spot? at, Component component, Multiplier multiplier)
    {
        var (factors, name) = multiplier is Multiplier.Tiered tiered
            ? (tiered.Tiers, PayShapes.FactorTiers.Name)
            : (((Multiplier.Curved)multiplier).Points, PayShapes.FactorPoints.Name);
        if (factors.All(point => point.Value == 1))
        {
            at?.Warn("every factor is 1: the multiplier has no effect");
        }

        // By another component a falling factor is a penalty, and meant; by its own it takes back what was earned.
        if (multiplier is Multiplier.Tiered && multiplier.By == component.Id)
        {
            WarnOfFalls(at.Inner(name), factors);
        }
    }

    private static void WarnOfFalls(Spot? list, ImmutableArray<CurvePoint> factors)
    {
        for (var i = 1; i < factors.Length; i++)
        {
            if (factors[i].Value < factors[i - 1].Value)
            {
                list.Inner(i)?.Warn("one more unit pays less here: the factor on everything falls");
            }
        }
    }
}
