using Commission.Contracts.V1;
using Commission.Engine;
using Estimate = Commission.Contracts.V1.Estimate;

namespace Commission.Load.Recovery;

/// <summary>What the engine's evaluation from nothing says of a payee.</summary>
internal sealed record ExpectedRep(decimal Earned, decimal YearToDate)
{
    private static readonly DateOnly On = new(2026, 12, 31);

    /// <summary>Evaluates a payee's credits.</summary>
    public static ExpectedRep Of(PlanAssignment assignment, IEnumerable<DealCredit> credits)
    {
        var evaluation = Evaluator.Evaluate([assignment], credits, CurrencyRates.None, On);
        return new ExpectedRep(
            evaluation.Statements.Single(one => one.Statement.Start <= On && On <= one.Statement.End).Statement.Earned,
            evaluation.Deals.Sum(deal => deal.Total));
    }

    /// <summary>Throws if an answer differs.</summary>
    public void Check(Estimate estimate)
    {
        var found = new ExpectedRep(Value(estimate.Earned), Value(estimate.YearToDate));
        if (found != this)
        {
            throw new InvalidOperationException($"{estimate.Rep}: the engine says {this}, the silo {found}.");
        }
    }

    private static decimal Value(Money money) => money.Units + (money.Nanos / 1_000_000_000m);
}
