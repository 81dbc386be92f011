using System.Collections.Immutable;

namespace Commission.Engine.Tests.Rules;

public sealed class AssignmentComparerTests
{
    private static readonly DateOnly Start = new(2026, 1, 1);
    private static readonly string[] Names = [.. Enumerable.Range(0, 20).Select(i => $"q{i}")];

    public static TheoryData<string, Func<Assignment, Assignment>> Changes => new()
    {
        { "plan", terms => terms with { Plan = "other" } },
        { "from", terms => terms with { From = Start.AddDays(1) } },
        { "to", terms => terms with { To = Start.AddDays(400) } },
        { "prorate", terms => terms with { Prorate = Proration.Days } },
        { "quota's amount", Quotas("same", new Quota.Same(WindowKind.Quarter, 2m)) },
        { "quota's digits", Quotas("same", new Quota.Same(WindowKind.Quarter, 1.0m)) },
        { "quota's window", Quotas("same", new Quota.Same(WindowKind.Month, 1m)) },
        { "quota's kind", Quotas("same", new Quota.Yearly(WindowKind.Quarter, 1m, [])) },
        { "quota's name", terms => terms with { Quotas = terms.Quotas.Remove("same").Add("also", SameOf(1m)) } },
        { "one quota less", terms => terms with { Quotas = terms.Quotas.Remove("same") } },
        { "a window's amount", Quotas("named", Named(("2026-Q1", 1m), ("2026-Q2", 3m))) },
        { "a window more", Quotas("named", Named(("2026-Q1", 1m), ("2026-Q2", 2m), ("2026-Q3", 0m))) },
        { "year's amount", Quotas("yearly", new Quota.Yearly(WindowKind.Quarter, 5m, [0.5m, 0.5m])) },
        { "year's shares", Quotas("yearly", new Quota.Yearly(WindowKind.Quarter, 4m, [0.4m, 0.6m])) },
        { "target", terms => terms with { Targets = terms.Targets.SetItem("c", 8m) } },
        { "target's component", terms => terms with { Targets = terms.Targets.Remove("c").Add("d", 7m) } },
    };

    [Fact]
    public void Equals_SameTermsMadeTwiceInOtherOrder_AreOneWithOneHash()
    {
        var (ours, theirs) = (Terms(Names), Terms([.. Names.Reverse()]));

        Assert.Equal(ours, theirs, AssignmentComparer.Instance);
        Assert.Equal(
            AssignmentComparer.Instance.GetHashCode(ours), AssignmentComparer.Instance.GetHashCode(theirs));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Equals_AnythingIsOtherwise_AreTwo(string what, Func<Assignment, Assignment> change)
    {
        var terms = Terms(Names);

        Assert.False(AssignmentComparer.Instance.Equals(terms, change(terms)), what);
        Assert.False(AssignmentComparer.Instance.Equals(change(terms), terms), what);
    }

    private static Func<Assignment, Assignment> Quotas(string name, Quota quota) =>
        terms => terms with { Quotas = terms.Quotas.Remove(name).Add(name, quota) };

    private static Assignment Terms(IReadOnlyCollection<string> names) => new(
        "p", Start, null,
        ImmutableDictionary.CreateRange(names.Select(name => KeyValuePair.Create<string, Quota>(name, SameOf(3m))))
            .Add("same", SameOf(1m))
            .Add("named", Named(("2026-Q1", 1m), ("2026-Q2", 2m)))
            .Add("yearly", new Quota.Yearly(WindowKind.Quarter, 4m, [0.5m, 0.5m])),
        ImmutableDictionary.CreateRange(names.Select(name => KeyValuePair.Create(name, 9m))).Add("c", 7m),
        Proration.None);

    private static Quota.Same SameOf(decimal amount) => new Quota.Same(WindowKind.Quarter, amount);

    private static Quota.Named Named(params (string Window, decimal Amount)[] amounts) => new(
        WindowKind.Quarter, amounts.ToImmutableDictionary(amount => amount.Window, amount => amount.Amount));
}
