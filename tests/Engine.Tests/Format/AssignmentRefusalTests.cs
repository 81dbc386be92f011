namespace Commission.Engine.Tests.Format;

/// <summary>One row for each thing that makes an assignment, a rep or a case illegal; § marks where.</summary>
public sealed class AssignmentRefusalTests
{
    public static TheoryData<string, string, string, string?> Assignments => new()
    {
        { "§{ from: 2026-01-01 }", "plan", "missing", null },
        { "§{ plan: ae }", "from", "missing", null },
        { "{ plan: ae, from: 2026-01-01, to: §2025-12-31 }", "to", "before 'from'", null },
        { "{ plan: ae, from: 2026-01-01, to: §9999-12-31 }", "to", "leave an open end out", null },
        { "{ plan: ae, from: 2026-01-01, §quota: {} }", "quota", "no field", "quotas" },
        { "{ plan: ae, from: 2026-01-01, prorate: §day }", "prorate", "none of none, days", "days" },
        { "{ plan: ae, from: 2026-01-01, targets: { a: §5% } }", "targets.a", "is a percentage", "5" },
        { "{ plan: ae, from: 2026-01-01, targets: §[a] }", "targets", "must be a map", null },
        { "{ plan: ae, from: 2026-01-01, quotas: { q: §5 } }", "quotas.q", "must be a map", null },
        { "{ plan: ae, from: 2026-01-01, quotas: { 'a.b': §5 } }", "quotas[\"a.b\"]", "must be a map", null },
    };

    public static TheoryData<string, string, string, string?> Quotas => new()
    {
        { "§{ amount: 5 }", ".window", "missing", null },
        { "§{ window: month }", "", "one of the fields amount, amounts, yearly is missing", null },
        { "{ window: month, amount: 5, §yearly: 60 }", ".yearly", "cannot stand beside 'amount'", null },
        { "{ window: §week, amount: 5 }", ".window", "none of deal", "deal" },
        { "{ window: month, amount: §-5 }", ".amount", "below zero", "5" },
        { "{ window: month, amount: §5% }", ".amount", "is a percentage", "5" },
        { "{ window: quarter, amounts: { §2026-Q5: 1 } }", ".amounts.2026-Q5", "is no quarter", "2026-Q1" },
        { "{ window: month, amounts: { §2026-1: 1 } }", ".amounts.2026-1", "is no month", "2026-01" },
        { "{ window: year, amounts: { §2026-Q1: 1 } }", ".amounts.2026-Q1", "is no year", "2026" },
        { "{ window: half, amounts: { §H1: 1 } }", ".amounts.H1", "is no half", null },
        { "{ window: deal, §amounts: { d: 1 } }", ".amounts", "have no names", "amount" },
        { "{ window: deal, §yearly: 5 }", ".yearly", "cannot be spread", "amount" },
        { "{ window: month, amount: 5, §spread: [100%] }", ".spread", "belongs to 'yearly'", null },
        { "{ window: half, yearly: 5, spread: §[100%] }", ".spread", "1 shares, but a year has 2", null },
        { "{ window: half, yearly: 5, spread: §[50%, 49.5%] }", ".spread", "add up to 99.5%, not", "[50%, 50%]" },
        { "{ window: half, yearly: 5, spread: [100%, §-50%] }", ".spread[1]", "between 0% and 100%", null },
    };

    public static TheoryData<string, string, string, string?> Reps => new()
    {
        { "§{ assignments: [] }", "rep", "missing", null },
        { "§{ rep: kary }", "assignments", "missing", null },
        { "{ rep: kary, §manger: x, assignments: [] }", "manger", "no field", "manager" },
        { "{ rep: kary, manager: §kary, assignments: [] }", "manager", "their own manager", null },
        { "{ rep: kary, assignments: [ { plan: §AE, from: 2026-01-01 } ] }", "assignments[0].plan", "an id", "ae" },
        {
            "{ rep: kary, assignments: [ { plan: a, from: 2026-01-01 }, §{ plan: a, from: 2026-02-01 } ] }",
            "assignments[1]", "overlaps the assignment in line 1", null
        },
        {
            "{ rep: kary, assignments: [ §{ plan: b, from: 2026-06-30 },\n" +
            "{ plan: a, from: 2026-01-01, to: 2026-06-30 } ] }",
            "assignments[0]", "overlaps the assignment in line 2", null
        },
    };

    [Theory]
    [MemberData(nameof(Assignments))]
    public void ParseAssignment_Illegal_IsRefusedOnceWhereItIsWrong(
        string text, string path, string message, string? hint)
    {
        var marked = Marked.From(text);

        marked.IsOnlyError(PlanFormat.ParseAssignment(marked.Text).Problems, path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Quotas))]
    public void ParseAssignment_IllegalQuota_IsRefusedWhereItIsWrong(
        string quota, string path, string message, string? hint)
    {
        var marked = Marked.From($"plan: ae\nfrom: 2026-01-01\nquotas:\n  q: {quota}");

        var parsed = PlanFormat.ParseAssignment(marked.Text);

        marked.IsOnlyError(parsed.Problems, "quotas.q" + path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Reps))]
    public void ParseRep_Illegal_IsRefusedOnceWhereItIsWrong(string text, string path, string message, string? hint)
    {
        var marked = Marked.From(text);

        marked.IsOnlyError(PlanFormat.ParseRep(marked.Text).Problems, path, message, hint);
    }
}
