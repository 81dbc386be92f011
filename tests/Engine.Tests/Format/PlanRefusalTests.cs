namespace Commission.Engine.Tests.Format;

/// <summary>One row for each thing that makes a plan illegal; § marks where.</summary>
public sealed class PlanRefusalTests
{
    private const string Ok = "{ component: a, rate: 5% }";

    public static TheoryData<string, string, string, string?> Plans => new()
    {
        { "§", "", "has no value", null },
        { "§[]", "", "must be a map", null },
        { "§plan: ae\ncurrency: USD\neffective: 2026-01-01\npays: monthly", "components", "missing", null },
        { Head("plan: §Ae Team"), "plan", "an id is made of", "ae-team" },
        { Head("plan: §" + new string('a', 65)), "plan", "1 to 64", new string('a', 64) },
        { Head("plan:§ "), "plan", "has no value", null },
        { Head("plan: §[ae]"), "plan", "must be an id, but is a list", null },
        { Head("currency: §USB"), "currency", "no currency in use", "USD" },
        { Head("currency: §usd"), "currency", "no currency in use", "USD" },
        { Head("effective: §2026-02-31"), "effective", "no day 31 in 2026-02, which has 28 days", "2026-02-28" },
        { Head("effective: §2025-02-29"), "effective", "has 28 days", "2025-02-28" },
        { Head("effective: §2026-13-01"), "effective", "months are 01 to 12", null },
        { Head("effective: §2026-1-5"), "effective", "YYYY-MM-DD", "2026-01-05" },
        { Head("effective: §2026/01/05"), "effective", "YYYY-MM-DD", "2026-01-05" },
        { Head("effective: §January"), "effective", "YYYY-MM-DD", null },
        { Head("effective: §0026-01-01"), "effective", "years 1900 to 2999", null },
        { Head("pays: §month"), "pays", "none of monthly, quarterly, yearly", "monthly" },
        { Head("year-starts: §13"), "year-starts", "1 to 12", "12" },
        { Head("year-starts: §0"), "year-starts", "1 to 12", "1" },
        { Head("year-starts: §1.5"), "year-starts", "1 to 12", "12" },
        { Head("rounding: §halfup"), "rounding", "none of half-up, half-even", "half-up" },
        { Head("§curency: USD"), "curency", "no field 'curency'", "currency" },
        { Head("title: One\n§title: Two"), "title", "twice", null },
        { Head("components: §[]"), "components", "empty list", null },
        { Head("components: §5"), "components", "must be a list", "[5]" },
        { Head("draw: §{ recoverable: true }"), "draw.amount", "missing", null },
        { Head("draw: §{ amount: 5 }"), "draw.recoverable", "missing", null },
        { Head("draw: { amount: §-5, recoverable: true }"), "draw.amount", "below zero", "5" },
        { Head("draw: { amount: §5%, recoverable: true }"), "draw.amount", "is a percentage", "5" },
        { Head("draw: { amount: 5, recoverable: §yes }"), "draw.recoverable", "none of true, false", "true" },
    };

    public static TheoryData<string, string, string, string?> Components => new()
    {
        { "§{ rate: 5% }", "[0].component", "missing", null },
        { "§text", "[0]", "must be a map", null },
        { "{ component: a, §ratee: 5% }", "[0].ratee", "no field", "rate" },
        { "{ component: a, §tresh-hold: 5 }", "[0].tresh-hold", "no field", "threshold" },
        { Ok + "\n  - { component: §a, rate: 5% }", "[1].component", "taken by the component in line 6", null },
        { "{ component: a, credit: §owner }", "[0].credit", "must be a list", "[owner]" },
        { "{ component: a, credit: [§owners] }", "[0].credit[0]", "none of owner", "owner" },
        { "{ component: a, credit: [team, §team] }", "[0].credit[1]", "twice", null },
        { "{ component: a, credit: §[] }", "[0].credit", "empty list", null },
        { "{ component: a, measure: §revenue }", "[0].measure", "none of amount", "amount" },
        { "{ component: a, measure: §'field:' }", "[0].measure", "none of amount", "field:NAME" },
        { "{ component: a, limit: §-1 }", "[0].limit", "below zero", "1" },
        { "{ component: a, window: §weekly }", "[0].window", "none of deal", "deal" },
        { "{ component: a, window: §quater }", "[0].window", "none of deal", "quarter" },
        { "{ component: a, rate: 5%, §per-unit: 2 }", "[0].per-unit", "cannot stand beside 'rate'", null },
        { "{ component: a, rate: §five }", "[0].rate", "is not a number", null },
        { "{ component: a, rate: §{} }", "[0].rate", "but is a map of fields", null },
        { "{ component: a, rate: §NaN }", "[0].rate", "is not a number", null },
        { "{ component: a, rate: §0x10 }", "[0].rate", "is not a number", null },
        { "{ component: a, per-unit: §1e3 }", "[0].per-unit", "is not a number", "1000" },
        { "{ component: a, per-unit: §'1,000' }", "[0].per-unit", "is not a number", "1000" },
        { "{ component: a, per-unit: §'1,5' }", "[0].per-unit", "is not a number", "1.5" },
        { "{ component: a, per-unit: §.5 }", "[0].per-unit", "is not a number", "0.5" },
        { "{ component: a, per-unit: §$5 }", "[0].per-unit", "is not a number", "5" },
        { "{ component: a, rate: §5 % }", "[0].rate", "is not a number", "5%" },
        { "{ component: a, per-unit: §79228162514264337593543950336 }", "[0].per-unit", "more digits", null },
        { "{ component: a, per-unit: §0.00000000000000000000000000001 }", "[0].per-unit", "more digits", null },
        { "{ component: a, at-bound: §top }", "[0].at-bound", "none of upper, lower", "upper" },
        { "{ component: a, rate: 1%, threshold: §50% }", "[0].threshold", "needs attainment", "quota" },
        { "{ component: a, rate: 1%, threshold: §-5 }", "[0].threshold", "below zero", "5" },
        { "{ component: a, rate: 1%, cap: §5, floor: 6 }", "[0].cap", "below the floor, 6", null },
        { "{ component: a, rate: 1%, cap: §-5 }", "[0].cap", "nothing in the component can pay below zero", null },
        { "{ component: a, rate: 1%, cap: §5% }", "[0].cap", "is a percentage", "5" },
    };

    public static TheoryData<string, string, string, string?> Whens => new()
    {
        { "§new", "", "must be a map", null },
        { "{ type: §[] }", ".type", "empty list", null },
        { "{ type: §{} }", ".type", "needs a min, a max or a not", null },
        { "{ type: { §mni: 5 } }", ".type.mni", "no field", "min" },
        { "{ type: { not: §renewal } }", ".type.not", "must be a list", "[renewal]" },
        { "{ type: { not: [a], §min: 5 } }", ".type.min", "beside 'not'", null },
        { "{ size: { min: 5, max: §4 } }", ".size.max", "below the min", null },
        { "{ size: { min: §big } }", ".size.min", "is not a number", null },
        { "{ credited: { min: §5 } }", ".credited.min", "not a date", null },
        { "{ credited: { min: 2026-02-01, max: §2026-02-30 } }", ".credited.max", "no day 30", "2026-02-28" },
        { "{ credited: §soon }", ".credited", "not a date", null },
        { "{ amount: [1, §much] }", ".amount[1]", "is not a number", null },
        { "{ type: [a, §[b]] }", ".type[1]", "must be a value", null },
        { "{ type: a, §type: b }", ".type", "twice", null },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void ParsePlan_IllegalPlan_IsRefusedWhereItIsWrong(string text, string path, string message, string? hint)
    {
        var marked = Marked.From(text);

        var parsed = PlanFormat.ParsePlan(marked.Text);

        Assert.Null(parsed.Value);
        marked.IsOnlyError(parsed.Problems, path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void ParsePlan_IllegalComponent_IsRefusedOnceWhereItIsWrong(
        string component, string path, string message, string? hint)
    {
        var marked = Marked.From(Marked.Plan(component));

        var parsed = PlanFormat.ParsePlan(marked.Text);

        Assert.False(parsed.IsValid);
        Assert.Null(parsed.Value);
        marked.IsOnlyError(parsed.Problems, "components" + path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Whens))]
    public void ParsePlan_IllegalWhen_IsRefusedOnceWhereItIsWrong(
        string when, string path, string message, string? hint)
    {
        var marked = Marked.From(Marked.Plan($"{{ component: a, rate: 1%, when: {when} }}"));

        var parsed = PlanFormat.ParsePlan(marked.Text);

        marked.IsOnlyError(parsed.Problems, "components[0].when" + path, message, hint);
    }

    [Fact]
    public void Message_OfEveryProblem_IsASentence()
    {
        var problems = PlanFormat.ParsePlan("plan: A B\ntitle: []\nfoo: 1\npays: x\ncomponents: [ 5, {} ]").Problems;

        Assert.True(problems.Length > 5);
        Assert.All(problems, problem => Assert.Matches(@"\A[\p{Lu}'].*\.\z", problem.Message));
    }

    // A valid plan with one of its fields replaced, or another added.
    private static string Head(string field)
    {
        string[] valid =
            ["plan: ae", "currency: USD", "effective: 2026-01-01", "pays: monthly", $"components: [ {Ok} ]"];
        var name = field[..field.IndexOf(':', StringComparison.Ordinal)];
        var kept = valid.Where(line => !line.StartsWith(name + ":", StringComparison.Ordinal));
        return string.Join('\n', kept.Append(field));
    }
}
