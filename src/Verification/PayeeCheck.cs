using System.Collections.Immutable;
using Commission.Engine;
using Difference = Commission.Contracts.V1.Difference;

namespace Commission.Verification;

/// <summary>Compares one payee's account, and the books that are kept from it, with what the log comes to.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="payee">The payee.</param>
/// <param name="scope">What the log says.</param>
internal sealed class PayeeCheck(string tenant, string payee, Scope scope)
{
    private readonly Difference _place = new() { Tenant = tenant, Payee = payee };

    /// <summary>Reports what differs.</summary>
    /// <param name="records">The payee's account.</param>
    /// <param name="expected">What it must hold.</param>
    public void Run(IEnumerable<ReadOnlyMemory<byte>> records, IReadOnlyList<ExpectedCredit> expected)
    {
        if (Read(records, expected) is var (credits, applied))
        {
            scope.Findings.Add(credits.Differences);
            credits.Pending.ForEach(scope.Findings.AddPending);
            CompareFigures(credits, applied);
        }
    }

    /// <summary>What a payee's credits come to, from nothing.</summary>
    public static FigureDays Evaluate(
        ImmutableArray<PlanAssignment> assignments, IReadOnlyList<DealCredit> credits, CurrencyRates rates)
    {
        var won = credits.Where(credit => credit.Deal.Status == Engine.DealStatus.Won).ToList();
        DateOnly? last = won.Count == 0 ? null : won.Max(credit => credit.Deal.Credited);
        return new FigureDays(assignments, Evaluator.Evaluate(assignments, credits, rates, last));
    }

    private (CreditCheck Credits, List<DealCredit> Applied)? Read(
        IEnumerable<ReadOnlyMemory<byte>> records, IReadOnlyList<ExpectedCredit> expected)
    {
        try
        {
            var credits = new CreditCheck(tenant, payee, scope);
            foreach (var record in records)
            {
                credits.Take(record);
            }

            credits.Compare(expected);
            return (credits, [.. credits.Applied()]);
        }
        catch (Exception unreadable) when (Unreadable.Is(unreadable))
        {
            scope.Findings.Add(_place.Of("account", "", $"a record can't be read: {unreadable.Message}"));
            return null;
        }
    }

    private void CompareFigures(CreditCheck credits, List<DealCredit> applied)
    {
        var documents = scope.Documents(tenant);
        var assignments = documents.AssignmentsOf(payee);
        var books = new RepBooks(assignments, documents.Rates.At(credits.Rates));
        foreach (var credit in applied)
        {
            books.Apply(credit);
        }

        // As a payee does that is told of changed rates.
        books.Revalue(documents.Rates.Latest);
        var days = Evaluate(assignments, credits.Standing, documents.Rates.Latest);
        var figures = days.Days.ToDictionary(day => day, day => FiguresOf(books, day));
        var check = new FigureCheck(_place, days);
        scope.Findings.Add(check.Between(figures.GetValueOrDefault));
        scope.Findings.Add(check.BetweenDeals(books));
        scope.Findings.Add(check.BetweenSums());
        scope.Findings.Count(days.Windows.Count, days.Statements.Count);
    }

    private static FiguresOnDay? FiguresOf(RepBooks books, DateOnly day)
    {
        if (books.Estimate(day) is not { } estimate)
        {
            return null;
        }

        var statement = estimate.Statement;
        var components = estimate.Components.ToDictionary(
            component => component.Component,
            component => new ComponentFigures(
                component.WindowName, component.Credited, component.Quota, component.Attainment, component.Earned),
            StringComparer.Ordinal);
        return new FiguresOnDay(
            statement.Period, statement.Earned, statement.Paid, statement.DrawBalance, components);
    }
}

/// <summary>What records say that were not written by this software, or by a bug of it.</summary>
internal static class Unreadable
{
    public static bool Is(Exception failure) => failure is Google.Protobuf.InvalidProtocolBufferException
        or FormatException or OverflowException or InvalidOperationException or ArgumentOutOfRangeException;
}
