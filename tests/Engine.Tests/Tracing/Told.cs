using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine.Tests.Tracing;

/// <summary>Books for texts: one plan in USD, a payee from a day on.</summary>
internal static class Told
{
    private static readonly DateOnly January = new(2026, 1, 1);

    public static RepBooks Books(
        string components, string head = "", string assignment = "from: 2026-01-01", params string[] later)
    {
        var versions = new[] { Plan("2026-01-01", head, components) }
            .Concat(later.Select(text => Plan(text[..10], head, text[11..])));
        var found = PlanFormat.ParseAssignment($"plan: p\n{assignment}");
        Assert.Empty(found.Problems);
        var rates = new CurrencyRates([new CurrencyRate("GBP", "USD", January, 1.25m)]);
        return new RepBooks([new PlanAssignment(found.Value!, [.. versions])], rates);
    }

    public static DealCredit Deal(
        string id, string day, string amount, Func<Deal, Deal>? change = null, params RoleShare[] roles)
    {
        var deal = new Deal
        {
            Id = id,
            Credited = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            Amount = decimal.Parse(amount, CultureInfo.InvariantCulture),
        };
        ImmutableArray<RoleShare> all = roles.Length == 0 ? [new RoleShare(CreditRole.Owner, 1m)] : [.. roles];
        return new DealCredit(change?.Invoke(deal) ?? deal, all);
    }

    public static ExplainOptions Apply(RepBooks books, params DealCredit[] credits)
    {
        foreach (var credit in credits)
        {
            books.Apply(credit);
        }

        return new ExplainOptions(credits);
    }

    public static string Text(string expected) => expected.ReplaceLineEndings("\n");

    public static Plan Plan(string effective, string head, string components)
    {
        var plan = PlanFormat.ParsePlan(
            $"plan: p\ncurrency: USD\neffective: {effective}\npays: monthly\n{head}\ncomponents:\n{components}\n");
        Assert.DoesNotContain(plan.Problems, problem => problem.Severity == ProblemSeverity.Error);
        return plan.Value!;
    }
}
