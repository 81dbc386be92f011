using System.Globalization;

namespace Commission.Engine.Tests.Format;

/// <summary>All errors of a document are reported at once, and none for what follows from another.</summary>
public sealed class EveryErrorTests
{
    [Fact]
    public void ParsePlan_FourteenErrors_AreAllReportedWithTheirPlaces()
    {
        const string Text = """
            plan: Enterprise AE
            currency: usd
            effective: 2026-02-30
            pays: annually
            year-starts: 13
            tilte: x
            components:
              - component: a
                credit: owner
                measure: revenue
                tiers:
                  - { from: 0%, rate: five }
                  - { from: 50, rate: 6% }
              - component: a
                multiplier: { by: retension, tiers: [ { from: 0%, factor: 1 } ] }
              - component: retention
                rate: $5
            """;

        var found = PlanFormat.ParsePlan(Text).Problems
            .Where(problem => problem.Severity == ProblemSeverity.Error)
            .Select(problem => string.Create(CultureInfo.InvariantCulture,
                $"{problem.Line}:{problem.Column} {problem.Path} {problem.Hint}"));

        Assert.Equal(
            [
                "1:7 plan enterprise-ae",
                "2:11 currency USD",
                "3:12 effective 2026-02-28",
                "4:7 pays yearly",
                "5:14 year-starts 12",
                "6:1 tilte title",
                "9:13 components[0].credit [owner]",
                "10:14 components[0].measure amount",
                "12:17 components[0].tiers[0].from quota",
                "12:27 components[0].tiers[0].rate ",
                "13:17 components[0].tiers[1].from 50%",
                "14:16 components[1].component ",
                "15:23 components[1].multiplier.by retention",
                "17:11 components[2].rate 5",
            ],
            found);
    }

    [Fact]
    public void ParseRep_ErrorsInOneAssignment_HideNothingInTheOthers()
    {
        const string Text = """
            rep: kary
            manager: kary
            assignments:
              - { plan: ae, from: 2026-01-01, prorate: daily, quotas: { q: { window: month, amount: -5, extra: 1 } } }
              - { plan: ae, from: 2026-06-31, quotas: { q: { window: quarter, amounts: { 2026-Q5: 1, 2026-Q1: x } } } }
              - { plan: b, from: 2026-02-01, to: 2026-01-01, targets: { a: 5% } }
            """;

        Assert.Equal(
            [
                "manager", "assignments[0].prorate", "assignments[0].quotas.q.amount", "assignments[0].quotas.q.extra",
                "assignments[1].from", "assignments[1].quotas.q.amounts.2026-Q5",
                "assignments[1].quotas.q.amounts.2026-Q1", "assignments[2]", "assignments[2].to",
                "assignments[2].targets.a",
            ],
            PlanFormat.ParseRep(Text).Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void ParseCases_ErrorsInPlanAndCredits_AreNotRepeatedWhereTheyAreReferredTo()
    {
        const string Text = """
            [ { "id": "x",
                "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
                  "components": [ { "component": "a", "rate": "x" } ] },
                "assignment": { "prorate": "day" },
                "credits": [ { "deal": "d", "credited": "2026-01-01", "role": "boss", "share": "1" },
                  { "deal": "e", "credited": "2026-01-01", "role": "owner", "share": "1" } ],
                "expect": { "deals": [ { "deal": "d", "component": "a" } ], "statements": [ { "period": "May" } ] } },
              { "id": "x", "plan": 5, "assignment": {}, "credits": [] } ]
            """;

        Assert.Equal(
            [
                "[0].plan.components[0].rate", "[0].assignment.prorate", "[0].credits[0].role",
                "[0].expect.statements[0].period", "[1].id", "[1].plan",
            ],
            PlanFormat.ParseCases(Text).Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void ParsePlan_ReferenceToAComponentWithABadId_IsNoFurtherError()
    {
        var text = Marked.Plan(
            "{ component: Retention, quota: q, rate: 1% }",
            "{ component: b, rate: 1%, gate: { component: retention, from: 80% } }");

        var error = Assert.Single(PlanFormat.ParsePlan(text).Problems);

        Assert.Equal(("components[0].component", "retention"), (error.Path, error.Hint));
    }

    [Theory]
    [InlineData("{ AE, quotas: { q: { window: §year, amount: 5 } } }", "quotas.q.window", "window month", "month")]
    [InlineData("{ plan: §aa, from: 2026-01-01, QUOTA }", "plan", "the plan is 'ae'", "ae")]
    public void ParseCases_AssignmentAgainstItsPlan_IsRefusedInTheAssignment(
        string assignment, string path, string message, string hint)
    {
        var written = assignment.Replace("AE", "plan: ae", StringComparison.Ordinal)
            .Replace("QUOTA", "quotas: { q: { window: month, amount: 5 } }", StringComparison.Ordinal);
        var plan = "{ plan: ae, currency: USD, effective: 2026-01-01, pays: monthly, "
            + "components: [ { component: a, quota: q, tiers: [ { from: 0%, rate: 1% } ] } ] }";
        var marked = Marked.From($"id: x\nplan: {plan}\nassignment: {written}\ncredits: []");

        marked.IsOnlyError(PlanFormat.ParseCases(marked.Text).Problems, "assignment." + path, message, hint);
    }

    [Fact]
    public void ParseCases_QuotaOfALaterVersionOnly_IsUsed()
    {
        const string Text = """
            id: x
            plans:
              - plan: p
                currency: USD
                effective: 2026-01-01
                pays: monthly
                components: [ { component: a, rate: 1% } ]
              - plan: p
                currency: USD
                effective: 2026-02-01
                pays: monthly
                components: [ { component: a, quota: q, tiers: [ { from: 0%, rate: 1% } ] } ]
            assignment: { quotas: { q: { window: month, amount: 5 } } }
            credits: []
            """;

        Assert.Empty(PlanFormat.ParseCases(Text).Problems);
    }
}
