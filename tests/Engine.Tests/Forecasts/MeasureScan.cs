namespace Commission.Engine.Tests.Forecasts;

/// <summary>What every further amount of a component's measure earns, by books that really hold it.</summary>
internal sealed class MeasureScan
{
    private const int Steps = 400;
    private const decimal LargestDeal = 100m;

    private readonly SmallWorld _world;
    private readonly DateOnly _on;
    private readonly string _component;
    private readonly Component _definition;
    private readonly GoalScope _scope;
    private readonly decimal _step;
    private readonly decimal[] _earned;

    public MeasureScan(SmallWorld world, DateOnly on, string component, GoalScope scope, decimal step)
    {
        (_world, _on, _component, _scope) = (world, on, component, scope);
        _definition = world.Assignment.Versions.Last(version => version.Effective <= on || version == world.Assignment
            .Versions[0]).Components.Single(one => one.Id == component);
        _step = _definition.Measure.Kind == MeasureKind.Deals ? 1m : step;
        _earned = Scan();
    }

    /// <summary>Compares answers for goals at, between and above what the steps earn; how many were reached.</summary>
    public int Check(string where)
    {
        var unit = _world.Assignment.Versions[0].Currency.Digits == 0 ? 1m : 0.01m;
        var some = _earned[_world.Next(Steps)];
        decimal[] goals = [some, some + unit, _earned.Max(), _earned.Max() + unit, (_earned.Max() + _earned[0]) / 2m];
        return goals.Count(goal => Check($"{where}, {_scope}, goal {goal}", goal));
    }

    private bool Check(string where, decimal goal)
    {
        var found = _world.Books().SeekMeasure(_on, _component, goal, _scope, _step);
        var first = Array.FindIndex(_earned, earned => earned >= goal);
        MeasureGoal? expected = first switch
        {
            0 => new MeasureGoal.Reached(_earned[0]),
            > 0 => new MeasureGoal.Needs(first * _step, _earned[first], Exact: true),
            _ => null,
        };
        if (expected is not null)
        {
            Assert.True(expected == found, $"{where}: expected {expected} but {found}");
        }
        else
        {
            CheckBeyond(where, goal, found);
        }

        return found is MeasureGoal.Needs;
    }

    private void CheckBeyond(string where, decimal goal, MeasureGoal found)
    {
        switch (found)
        {
            case MeasureGoal.Needs needs:
                Assert.True(needs.More > Steps * _step && needs.Earned >= goal, $"{where}: {needs}");
                if (needs.More < 20_000m)
                {
                    Assert.True(Earned(needs.More) == needs.Earned, $"{where}: {needs}");
                    Assert.True(Earned(needs.More - _step) < goal, $"{where}: {needs}");
                }

                break;
            case MeasureGoal.Unreachable most:
                Assert.True(most.Exact && most.Most < goal && most.Most >= _earned.Max(), $"{where}: {most}");
                if (most.At <= Steps * _step)
                {
                    var at = Array.IndexOf(_earned, most.Most);
                    Assert.True(at * _step == most.At, $"{where}: {most}");
                }

                break;
            default:
                Assert.Fail($"{where}: {found}");
                break;
        }
    }

    // From one step to the next, at most the last two deals change.
    private decimal[] Scan()
    {
        var books = _world.Books();
        var earned = new decimal[Steps + 1];
        for (var at = 0; at <= Steps; at++)
        {
            foreach (var deal in Deals(at * _step).TakeLast(2))
            {
                books.Apply(deal);
            }

            earned[at] = Earned(books);
        }

        return earned;
    }

    private decimal Earned(decimal more) => Earned(_world.Books(Deals(more)));

    private decimal Earned(RepBooks books)
    {
        var estimate = books.Estimate(_on)!;
        return _scope == GoalScope.Period
            ? estimate.Statement.Earned
            : estimate.Components.Sum(component => component.Earned);
    }

    // Small enough for the component's limit, except where the one deal is its own window.
    private IEnumerable<DealCredit> Deals(decimal more)
    {
        var largest = _definition.Measure.Kind == MeasureKind.Deals ? 1m
            : _definition.Window == WindowKind.Deal || _definition.Limit is null ? decimal.MaxValue
            : LargestDeal;
        for (var i = 0; more > 0m; more -= largest, i++)
        {
            var deal = SmallWorld.Only(_component, Math.Min(more, largest), _on);
            yield return deal with { Deal = deal.Deal with { Id = $"zz{i}" } };
            if (more <= largest)
            {
                yield break;
            }
        }
    }
}
