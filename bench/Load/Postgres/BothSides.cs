using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;

namespace Commission.Load.Postgres;

/// <summary>The same deals of the same payees in a silo and in <see cref="DealTable"/>.</summary>
/// <param name="company">The silo's, on a plan of one component with a yearly window.</param>
/// <param name="table">The other.</param>
internal sealed class BothSides(Company company, DealTable table)
{
    private const int NanosOfCent = 10_000_000;
    private const decimal NanosOfUnit = 1_000_000_000;
    private static readonly TimeProvider Time = TimeProvider.System;

    /// <summary>Deals in turn of so many payees, of all amounts.</summary>
    public static IReadOnlyList<RecordRequest> Deals(int payees, int from, int count) =>
        [.. Enumerable.Range(from, count).Select(i =>
        {
            var request = Company.Event("d", i, i % payees);
            request.Deal.Amount.Nanos = i / payees % 100 * NanosOfCent;
            return request;
        })];

    /// <summary>Deals of one payee that take its total to each bound of the plan, below it, and below zero.</summary>
    public static IReadOnlyList<RecordRequest> AtBounds(int payee, long quota)
    {
        decimal[] amounts =
        [
            0.01m, (quota * 0.5m) - 0.01m, 0.01m, (quota * 0.3m) - 0.02m, 0.01m, 0.01m, (quota * 0.2m) - 0.01m, 0.02m,
            (quota * 0.2m) - 0.01m, 0.03m, quota, -3 * quota,
        ];
        return [.. amounts.Select((amount, i) =>
        {
            var request = Company.Event("b", i, payee);
            request.Deal.Amount = ToMoney(amount);
            return request;
        })];
    }

    /// <summary>Adds deals to both.</summary>
    public async Task FillAsync(IReadOnlyList<RecordRequest> deals)
    {
        await company.RecordAsync(deals.ToAsyncEnumerable());
        await table.FillAsync(deals.Select(ToSold));
    }

    /// <summary>Has the silo record deals; how many a second until all are credited.</summary>
    public async Task<double> RecordAsync(IReadOnlyList<RecordRequest> deals)
    {
        var start = Time.GetTimestamp();
        await company.RecordAsync(deals.ToAsyncEnumerable());
        return deals.Count / Time.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Inserts deals and recomputes after each; how many a second.</summary>
    /// <param name="connections">Share them.</param>
    /// <param name="deals">The deals.</param>
    public static async Task<double> RecomputeAsync(
        IReadOnlyList<DealConnection> connections, IReadOnlyList<RecordRequest> deals)
    {
        var sold = deals.Select(ToSold).ToList();
        var next = -1;
        var start = Time.GetTimestamp();
        await Task.WhenAll(connections.Select(async connection =>
        {
            while (Interlocked.Increment(ref next) is var i && i < sold.Count)
            {
                var now = await connection.RecordAsync(sold[i]);
                if (now.Credited * 100 < sold[i].Cents)
                {
                    throw new InvalidOperationException($"Deal {sold[i].Id} is not in {now}.");
                }
            }
        }));
        return sold.Count / Time.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Compares what payees have and earn, to the cent.</summary>
    /// <returns>What they have.</returns>
    /// <exception cref="InvalidOperationException">The silo and the query differ.</exception>
    public async Task<IReadOnlyList<YearToDate>> CheckAsync(DealConnection connection, IEnumerable<int> payees)
    {
        var all = new List<YearToDate>();
        foreach (var payee in payees)
        {
            var theirs = await connection.RecomputeAsync(payee);
            var ours = Of(await company.EstimateAsync(payee));
            all.Add(theirs == ours ? ours : throw new InvalidOperationException(
                $"{Company.Payee(payee)}: GetEstimate says {ours}, the query {theirs}."));
        }

        return all;
    }

    /// <summary>An amount in USD.</summary>
    public static Money ToMoney(decimal amount)
    {
        var units = decimal.Truncate(amount);
        return new Money { Currency = "USD", Units = (long)units, Nanos = (int)((amount - units) * NanosOfUnit) };
    }

    private static YearToDate Of(Estimate estimate)
    {
        var sales = estimate.Components[0];
        return new YearToDate(
            decimal.Parse(sales.Credited, CultureInfo.InvariantCulture),
            sales.Earned.Units + (sales.Earned.Nanos / NanosOfUnit));
    }

    private static SoldDeal ToSold(RecordRequest request) => new(
        request.EventId,
        int.Parse(request.Deal.Owners[0].Rep.AsSpan(1), CultureInfo.InvariantCulture),
        DateOnly.Parse(request.Deal.Credited, CultureInfo.InvariantCulture),
        (request.Deal.Amount.Units * 100) + (request.Deal.Amount.Nanos / NanosOfCent));
}
