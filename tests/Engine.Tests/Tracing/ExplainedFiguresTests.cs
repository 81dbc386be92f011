using Commission.Engine.Tests.Format;
using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Tracing;

/// <summary>Every figure that is shown has an explanation, which adds up to it.</summary>
public sealed class ExplainedFiguresTests
{
    private const int Worlds = 400;

    private static readonly Dictionary<string, ConformanceCase> Examples =
        new[] { "published.json", "peers.json", "reference.json" }
            .SelectMany(file => PlanFormat.ParseCases(CaseFiles.Read(file)).Value)
            .ToDictionary(example => example.Id);

    public static TheoryData<string> Ids() => [.. Examples.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Explain_CasesFigures_AddUpExactly(string id)
    {
        var example = Examples[id];
        var books = new RepBooks([new PlanAssignment(example.Assignment, example.Plans)], CurrencyRates.None);
        foreach (var credit in example.Credits)
        {
            books.Apply(credit);
        }

        var evaluation = Engine.Conformance.Evaluate(example);
        foreach (var options in new[] { ExplainOptions.Sums, new(example.Credits, 2), new(example.Credits, 1000) })
        {
            ExplanationAudit.EveryFigure(id, books, evaluation, options);
            Windows(id, books, evaluation, options);
            Statements(id, books, evaluation, options);
        }
    }

    [Fact]
    public void Explain_RandomWorldsFigures_AddUpExactly()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var (books, history, rates) = RandomBooks(seed);
            var evaluation = Evaluator.Evaluate(books.Assignments, history, rates);
            foreach (var options in new[] { ExplainOptions.Sums, new(history, 3) })
            {
                ExplanationAudit.EveryFigure($"seed {seed}", books, evaluation, options);
                foreach (var day in evaluation.Deals.Select(deal => deal.Credited).Distinct())
                {
                    Estimate($"seed {seed}", books, day, options);
                }
            }
        }
    }

    [Fact]
    public void Explain_RandomWorldsPreviews_AddUpExactly()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var (books, history, _) = RandomBooks(seed);
            var credit = history[^1] with { Deal = history[^1].Deal with { Id = "previewed" } };
            var preview = books.Preview(credit);
            var explanation = books.ExplainPreview(credit, preview);
            ExplanationAudit.AddsUp($"seed {seed}", preview.Deal.Total, explanation);
        }
    }

    [Fact]
    public void Explain_RandomWorldsCredits_CountWhatTheBooksCount()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var (books, history, rates) = RandomBooks(seed);
            foreach (var credit in history.GroupBy(credit => credit.Deal.Id).Select(deal => deal.Last()))
            {
                Counts($"seed {seed}", books, credit, rates);
            }
        }
    }

    private static void Counts(string where, RepBooks books, DealCredit credit, CurrencyRates rates)
    {
        if (books.EarnedBy(credit.Deal.Id) is not { Plan: not null } earning)
        {
            return;
        }

        var assignment = books.Assignments.First(one => one.Covers(credit.Deal.Credited));
        var plan = assignment.Versions.Last(version => version.Effective <= credit.Deal.Credited);
        foreach (var (component, part) in plan.Components.Zip(earning.Components))
        {
            var count = CreditCounts.Explain(plan, component, credit, rates);
            Assert.Equal(part.Credited, count.Counted.ToDecimal());
            Assert.True(count.Reason == CountReason.Counts || count.Counted.IsZero, where);
            Assert.True(
                count.Reason != CountReason.NoRate || part.Notices.HasFlag(Notices.NoRate), $"{where}: {count}");
        }
    }

    private static void Windows(string where, RepBooks books, Evaluation evaluation, ExplainOptions options)
    {
        foreach (var row in evaluation.Windows)
        {
            ExplanationAudit.Window(
                $"{where}: {row.Component} {row.Window}", books.ExplainWindow(row.Component, row.Window, options),
                row.Earned, row.Credited, options);
        }
    }

    private static void Statements(string where, RepBooks books, Evaluation evaluation, ExplainOptions options)
    {
        if (evaluation.Deals.IsEmpty)
        {
            return;
        }

        var first = evaluation.Deals.Min(deal => deal.Credited);
        foreach (var statement in evaluation.Statements.Select(row => row.Statement))
        {
            var on = first > statement.Start ? first : statement.Start;
            Statement($"{where}: {statement.Period}", books.ExplainStatement(first, on, options), statement);
        }
    }

    private static void Estimate(string where, RepBooks books, DateOnly day, ExplainOptions options)
    {
        var estimate = books.Estimate(day)!;
        Statement($"{where}: {day}", books.ExplainStatement(day, options), estimate.Statement);
        var earned = books.ExplainStatement(day, options)!.Lines[0].Detail!;
        foreach (var part in estimate.Components)
        {
            var lines = earned.Lines.Where(line => line.Subject == part.Component);
            var sum = lines.Aggregate(Exact.Zero, (before, line) => before + line.Effect);
            Assert.True(sum == part.PeriodEarned, $"{where}: {day} {part.Component}: {sum}, not {part.PeriodEarned}");
            if (part.Window.Kind != WindowKind.Deal)
            {
                ExplanationAudit.Window(
                    $"{where}: {day} {part.Component}", books.ExplainWindow(part.Component, day, options),
                    part.Earned, part.Credited, options);
            }
        }
    }

    private static void Statement(string where, Explanation? explanation, Statement statement)
    {
        ExplanationAudit.AddsUp(where, statement.Paid, explanation);
        Assert.True(explanation!.Lines[0].Effect == statement.Earned, where);
        var owed = explanation.Lines.FirstOrDefault(line => line.Step == TraceStep.OwedAfter);
        Assert.True((owed?.Quantity ?? Exact.Zero) == statement.DrawBalance, where);
        Assert.StartsWith($"Statement {statement.Period} (", explanation.ToText(), StringComparison.Ordinal);
    }

    // The one place that makes random books.
    private static (RepBooks Books, DealCredit[] History, CurrencyRates Rates) RandomBooks(int seed)
    {
        var world = World.Of(seed + 9_000_000);
        var books = new RepBooks([.. world.Assignments], world.Rates);
        foreach (var credit in world.History)
        {
            books.Apply(credit);
        }

        return (books, [.. world.History], world.Rates);
    }
}
