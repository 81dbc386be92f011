using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Adds up what a simulation says of payees. For one thread.</summary>
/// <param name="summary">Is filled in.</param>
internal sealed class SimulationSums(SimulationSummary summary)
{
    private const decimal NanosInUnit = 1_000_000_000m;
    private readonly SortedDictionary<string, (decimal Now, decimal Simulated)> _all = new(StringComparer.Ordinal);

    /// <summary>Takes one more payee.</summary>
    public void Add(SimulatedPayee payee)
    {
        summary.Payees++;
        if (payee.Change is not { } change)
        {
            summary.Refused++;
            return;
        }

        var own = new SortedDictionary<string, (decimal Now, decimal Simulated)>(StringComparer.Ordinal);
        Add(own, change);
        Add(_all, change);
        var difference = own.Values.Select(sums => sums.Simulated - sums.Now).FirstOrDefault(sum => sum != 0m);
        summary.Better += difference > 0m ? 1 : 0;
        summary.Worse += difference < 0m ? 1 : 0;
        summary.Same += difference == 0m ? 1 : 0;
    }

    /// <summary>All together.</summary>
    public SimulationSummary ToSummary()
    {
        foreach (var (currency, (now, simulated)) in _all)
        {
            summary.Now.Add(ToMoney(now, currency));
            summary.Simulated.Add(ToMoney(simulated, currency));
            summary.Cost.Add(ToMoney(simulated - now, currency));
        }

        return summary;
    }

    private static void Add(SortedDictionary<string, (decimal Now, decimal Simulated)> sums, SimulatedChange change)
    {
        foreach (var money in change.Now)
        {
            var (now, simulated) = sums.GetValueOrDefault(money.Currency);
            sums[money.Currency] = (now + ToDecimal(money), simulated);
        }

        foreach (var money in change.Simulated)
        {
            var (now, simulated) = sums.GetValueOrDefault(money.Currency);
            sums[money.Currency] = (now, simulated + ToDecimal(money));
        }
    }

    private static decimal ToDecimal(Money money) => money.Units + (money.Nanos / NanosInUnit);

    private static Money ToMoney(decimal amount, string currency)
    {
        var units = decimal.Truncate(amount);
        return new Money { Currency = currency, Units = (long)units, Nanos = (int)((amount - units) * NanosInUnit) };
    }
}
