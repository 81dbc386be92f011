using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A plan version and one window of each of its components: what decides how a deal there is paid. Each
/// component's tally, in its own slot, is that of its own window; those with deal windows always begin with 0.
/// </summary>
internal sealed class OrderContext
{
    private readonly ComponentRules[] _components;

    /// <summary>A context before anything stands in it.</summary>
    /// <param name="account">The assignment's.</param>
    /// <param name="version">In force.</param>
    /// <param name="windows">Of its components without deal windows, in their order.</param>
    public OrderContext(Account account, VersionRules version, Window[] windows)
    {
        Account = account;
        Version = version;
        Windows = windows;
        _components = [.. version.Components.Where(component => !component.HasDealWindows)];
        Base = new Tally[account.Rules.Slots];
    }

    public Account Account { get; }

    public VersionRules Version { get; }

    public Window[] Windows { get; }

    /// <summary>By slot: what stands before the first of the given deals.</summary>
    public Tally[] Base { get; }

    /// <summary>Components whose windows the given deals share.</summary>
    public ReadOnlySpan<ComponentRules> Components => _components;

    public void Begin(OrderScene scene)
    {
        using var scratch = new Scratch(Base.Length);
        for (var i = 0; i < _components.Length; i++)
        {
            scene.Base(Account, Windows[i], scratch.Tallies);
            Base[_components[i].Slot] = scratch.Tallies[_components[i].Slot];
        }
    }

    /// <summary>What a deal adds, by slot, to the windows of this context; zeros where it is in none of
    /// them.</summary>
    public Tally[] PartOf(OrderDeal deal)
    {
        var part = new Tally[Base.Length];
        if (deal.Context?.Account == Account)
        {
            for (var i = 0; i < _components.Length; i++)
            {
                if (Windows[i].Contains(deal.Day))
                {
                    part[_components[i].Slot] = deal.Own[_components[i].Slot];
                }
            }
        }

        return part;
    }

    /// <summary>F, summed over the components without deal windows.</summary>
    public decimal Value(ReadOnlySpan<Tally> tallies)
    {
        var value = 0m;
        for (var i = 0; i < _components.Length; i++)
        {
            value += Pays.Of(_components[i], Windows[i], tallies).Earned;
        }

        return value;
    }

    /// <summary>F, summed over some of the components.</summary>
    /// <param name="tallies">By slot.</param>
    /// <param name="chosen">By place in <see cref="Components"/>.</param>
    public decimal Value(ReadOnlySpan<Tally> tallies, bool[] chosen)
    {
        var value = 0m;
        for (var i = 0; i < _components.Length; i++)
        {
            value += chosen[i] ? Pays.Of(_components[i], Windows[i], tallies).Earned : 0m;
        }

        return value;
    }

    /// <summary>What a deal of this context earns after what stands before it.</summary>
    public DealEarning EarningOf(OrderDeal deal, ReadOnlySpan<Tally> before)
    {
        using var after = new Scratch(before.Length);
        before.CopyTo(after.Tallies);
        Tally.Add(after.Tallies, deal.Own);
        var parts = ImmutableArray.CreateBuilder<ComponentEarning>(Version.Components.Length);
        foreach (var component in Version.Components)
        {
            var window = Version.WindowOf(component, deal.Day);
            parts.Add(DealEarnings.Part(component, window, before, after.Tallies, deal.Own));
        }

        var plan = Version.Plan;
        return new DealEarning(deal.Id, deal.Day, plan.Id, plan.Currency, parts.MoveToImmutable());
    }
}
