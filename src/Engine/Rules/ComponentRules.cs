namespace Commission.Engine;

/// <summary>A component of a plan version for one assignment, with what it refers to already found.</summary>
internal sealed class ComponentRules
{
    public ComponentRules(Plan plan, Component component, int slot, Assignment assignment)
    {
        Plan = plan;
        Definition = component;
        Slot = slot;
        Terms = new WindowTerms(plan, component, assignment);
        RepTarget = assignment.Targets.TryGetValue(component.Id, out var target) ? target : null;
    }

    public Component Definition { get; }

    /// <summary>Where its tally stands.</summary>
    public int Slot { get; }

    /// <summary>Where a component with deal windows keeps what its deals earned; −1 otherwise.</summary>
    public int EarnedSlot { get; init; } = -1;

    public Plan Plan { get; }

    /// <summary>The payee's quotas for it, and proration.</summary>
    public WindowTerms Terms { get; }

    public decimal? RepTarget { get; }

    /// <summary>The components named by the multipliers, in their order; null where the plan has none of that
    /// id.</summary>
    public ComponentRules?[] MultipliersBy { get; private set; } = [];

    public ComponentRules? RowsBy { get; private set; }

    public ComponentRules? ColumnsBy { get; private set; }

    /// <summary>Whether its own attainment must be known for it to pay.</summary>
    public bool NeedsQuota => Definition.Threshold is { OfQuota: true } || Definition.Pay switch
    {
        Pay.Curve => true,
        Pay.Tiered tiered => tiered.Tiers[0].From.OfQuota,
        _ => false,
    };

    public bool HasDealWindows => Definition.Window == WindowKind.Deal;

    public void Link(Func<string, ComponentRules?> find)
    {
        MultipliersBy = [.. Definition.Multipliers.Select(multiplier => find(multiplier.By))];
        if (Definition.Pay is Pay.Matrix matrix)
        {
            RowsBy = find(matrix.Rows.By);
            ColumnsBy = find(matrix.Columns.By);
        }
    }

    /// <summary>What it counts of a credit.</summary>
    public Tally Count(DealCredit credit, in DealMoney money)
    {
        if (LargestShare(credit) is not { } share)
        {
            return default;
        }

        if (!Matching.All(Definition.When.AsSpan(), credit.Deal, money))
        {
            return money.Rate is null && AsksForMoney() ? new Tally(Exact.Zero, 0, 1) : default;
        }

        var measured = Measured(credit.Deal, money);
        return measured is { } value
            ? new Tally(Limited(value * share), 1, 0)
            : new Tally(Exact.Zero, 1, MissesRate(money) ? 1 : 0);
    }

    /// <summary>The share that counts; null where the credit has none of the component's roles.</summary>
    public decimal? LargestShare(DealCredit credit)
    {
        decimal? largest = null;
        foreach (var (role, share) in credit.Roles)
        {
            if (Definition.Credit.IndexOf(role) >= 0 && (largest is null || share > largest))
            {
                largest = share;
            }
        }

        return largest;
    }

    /// <summary>The measure of a whole deal; null where the deal does not state it, or there is no rate.</summary>
    public Exact? Measured(Deal deal, in DealMoney money) => Definition.Measure.Kind switch
    {
        MeasureKind.Amount => money.Amount(deal),
        MeasureKind.Margin => money.Margin(deal),
        MeasureKind.Quantity => deal.Quantity is { } quantity ? new Exact(quantity) : null,
        MeasureKind.Deals => Exact.One,
        MeasureKind.Field => FieldOf(deal, money),
        _ => throw new InvalidOperationException($"Unknown measure: {Definition.Measure}."),
    };

    private Exact? FieldOf(Deal deal, in DealMoney money) => Definition.Measure.Field switch
    {
        "amount" => money.Amount(deal),
        "margin" => money.Margin(deal),
        "quantity" => deal.Quantity is { } quantity ? new Exact(quantity) : null,
        { } field when Matching.NumberOf(deal, field) is { } number => new Exact(number),
        _ => null,
    };

    private Exact Limited(Exact measured) => Definition.Limit is { } limit
        ? Exact.Max(Exact.Min(measured, limit), -limit)
        : measured;

    private bool MissesRate(in DealMoney money) =>
        money.Rate is null && Definition.Measure.Kind is MeasureKind.Amount or MeasureKind.Margin;

    private bool AsksForMoney() => Definition.When.Any(static matcher => matcher.Field is "amount" or "margin");
}
