using System.Collections.Immutable;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>What a statement makes of what was earned: draw, recovery, balance.</summary>
internal static class ExplainDraw
{
    /// <summary>The lines add up to what is paid; those of the balance to what is owed afterwards.</summary>
    /// <param name="plan">In force at the statement's first day.</param>
    /// <param name="statement">What it says.</param>
    /// <param name="owed">What the payee owed before it.</param>
    /// <param name="earned">How what was earned comes about.</param>
    public static Explanation Of(Plan plan, Statement statement, decimal owed, Explanation earned)
    {
        var money = FigureUnit.Of(plan.Currency);
        var draw = plan.Draw?.Amount ?? 0m;
        var lines = ImmutableArray.CreateBuilder<TraceLine>();
        lines.Add(TraceLine.Of(
            TraceStep.Component, $"earned in {statement.Period}", statement.Earned, detail: earned));
        if (owed != 0m)
        {
            lines.Add(TraceLine.Of(
                TraceStep.OwedBefore, $"owed from earlier statements: {money.Say(owed)}", Exact.Zero, owed));
        }

        if (statement.Earned < draw || statement.Earned < 0m)
        {
            lines.Add(TraceLine.Of(TraceStep.Draw, Advance(plan, money), statement.Paid - statement.Earned, draw));
        }
        else if (owed != 0m)
        {
            lines.Add(TraceLine.Of(
                TraceStep.Recovery, Recovered(statement, draw, money), statement.Paid - statement.Earned, owed));
        }
        else if (draw > 0m)
        {
            lines.Add(TraceLine.Of(
                TraceStep.Draw, $"the draw of {money.Say(draw)} is earned: nothing to make up", Exact.Zero, draw));
        }

        lines.Add(TraceLine.Of(
            TraceStep.Paid, $"paid {money.Say(statement.Paid)}", Exact.Zero, statement.Paid));
        if (owed != 0m || statement.DrawBalance != 0m)
        {
            lines.Add(Balance(plan, statement, owed, money));
        }

        var title = $"Statement {statement.Period} ({Days(statement.Start, statement.End)}), on plan {plan.Id}: " +
            $"earned {money.Say(statement.Earned)}, paid {money.Say(statement.Paid)}";
        return Explanation.Of(FigureKind.Statement, title, money, statement.Paid, lines.ToImmutable());
    }

    private static string Advance(Plan plan, FigureUnit money) => plan.Draw switch
    {
        { Amount: > 0m, Recoverable: true } draw =>
            $"the draw makes up for what is missing to {money.Say(draw.Amount)}, to be paid back from later earnings",
        { Amount: > 0m } draw => $"the draw makes up for what is missing to {money.Say(draw.Amount)}",
        _ => "a statement never pays below zero: what is missing is carried forward",
    };

    private static string Recovered(Statement statement, decimal draw, FigureUnit money)
    {
        var most = statement.Earned - draw;
        return statement.DrawBalance == 0m
            ? "kept back: all that was owed"
            : draw == 0m
            ? "kept back for what is owed: all that was earned"
            : $"kept back for what is owed: {money.Say(most)}, what is earned above the draw of {money.Say(draw)}";
    }

    private static TraceLine Balance(Plan plan, Statement statement, decimal owed, FigureUnit money)
    {
        Exact change = statement.DrawBalance - owed;
        var words = change.Sign switch
        {
            > 0 when plan.Draw is { Recoverable: true } => "paid beyond what was earned",
            > 0 => "what was earned below zero",
            < 0 => "kept back from this statement",
            _ => "not changed by this statement",
        };
        var detail = Explanation.Of(FigureKind.Balance, "", money, statement.DrawBalance,
        [
            TraceLine.Of(TraceStep.OwedBefore, "owed before", owed),
            TraceLine.Of(change.Sign < 0 ? TraceStep.Recovery : TraceStep.Draw, words, change),
        ]);
        var text = $"owed afterwards: {money.Say(statement.DrawBalance)}";
        return TraceLine.Of(TraceStep.OwedAfter, text, Exact.Zero, statement.DrawBalance, detail);
    }
}
