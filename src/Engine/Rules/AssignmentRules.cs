namespace Commission.Engine;

/// <summary>All plan versions of one assignment, with a place for each component's tally. Safe for concurrent use.
/// </summary>
internal sealed class AssignmentRules
{
    private readonly PlanAssignment _source;

    public AssignmentRules(PlanAssignment source)
    {
        _source = source;
        Ids =
        [
            .. source.Versions.SelectMany(plan => plan.Components).Select(component => component.Id)
                .Distinct(StringComparer.Ordinal),
        ];
        Slots = Ids.Length;
        var earned = source.Versions.SelectMany(plan => plan.Components)
            .Where(component => component.Window == WindowKind.Deal)
            .Select(component => component.Id).Distinct(StringComparer.Ordinal).ToArray();
        Slots += earned.Length;
        Versions = [.. Governed(source).Select(part => Compile(part.Plan, part.Start, part.End, earned))];
    }

    public Assignment Assignment => _source.Assignment;

    /// <summary>Component ids of all versions, by slot.</summary>
    public string[] Ids { get; }

    /// <summary>Tallies that a credit has: one for each id, and one for the money of each component with deal
    /// windows.</summary>
    public int Slots { get; }

    /// <summary>Those that govern any day of the assignment, in order; they leave no day between them.</summary>
    public VersionRules[] Versions { get; }

    /// <summary>Whether it was made of this.</summary>
    public bool AreOf(PlanAssignment source) => ReferenceEquals(source, _source);

    /// <summary>The version that governs a day; null outside the assignment or before the first version.</summary>
    public VersionRules? VersionOn(DateOnly day)
    {
        foreach (var version in Versions)
        {
            if (day >= version.Start && day <= version.End)
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>Counts a credit for every component of the version that governs its day.</summary>
    public static void Count(VersionRules version, DealCredit credit, CurrencyRates rates, Span<Tally> into)
    {
        into.Clear();
        var money = DealMoney.In(version.Plan.Currency, credit.Deal, rates);
        foreach (var component in version.Components)
        {
            into[component.Slot] = component.Count(credit, money);
        }
    }

    private static IEnumerable<(Plan Plan, DateOnly Start, DateOnly End)> Governed(PlanAssignment source)
    {
        var first = source.Assignment.From ?? DateOnly.MinValue;
        var last = source.Assignment.To ?? DateOnly.MaxValue;
        for (var i = 0; i < source.Versions.Length; i++)
        {
            var plan = source.Versions[i];
            var start = plan.Effective > first ? plan.Effective : first;
            var next = i + 1 < source.Versions.Length ? source.Versions[i + 1].Effective : DateOnly.MaxValue;
            var end = i + 1 < source.Versions.Length && next <= last
                ? next.AddDays(next == DateOnly.MinValue ? 0 : -1)
                : last;
            if (start <= end && start < next)
            {
                yield return (plan, start, end);
            }
        }
    }

    private VersionRules Compile(Plan plan, DateOnly start, DateOnly end, string[] earned)
    {
        var components = plan.Components.Select(component => new ComponentRules(
            plan, component, Array.IndexOf(Ids, component.Id), Assignment)
        {
            EarnedSlot = component.Window == WindowKind.Deal
                ? Ids.Length + Array.IndexOf(earned, component.Id)
                : -1,
        });
        return new VersionRules(plan, start, end, [.. components]);
    }
}
