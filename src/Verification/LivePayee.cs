using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Mapping;
using Commission.Storage;
using Difference = Commission.Contracts.V1.Difference;

namespace Commission.Verification;

/// <summary>Compares what a payee's grain answers with what the log comes to.</summary>
/// <remarks>
/// A grain that answers by just the events that were read is compared with the log alone. One that differs, or is
/// ahead, is compared by the records that its account had when it answered: those are compared with the log, and the
/// answer with what they come to.
/// </remarks>
internal sealed class LivePayee
{
    private readonly string _tenant;
    private readonly string _payee;
    private readonly LiveReading _reading;
    private readonly LiveAccount _account;
    private readonly IRepGrain _grain;

    public LivePayee(string key, LiveReading reading, ILedger ledger, IGrainFactory grains)
    {
        (_tenant, _payee) = GrainKeys.Split(key);
        _reading = reading;
        _account = new LiveAccount(ledger, $"rep/{key}");
        _grain = grains.GetGrain<IRepGrain>(key);
    }

    /// <summary>Reports what differs.</summary>
    /// <returns>Whether anything can be said: not while the payee or its documents keep changing.</returns>
    public async Task<bool> CheckAsync(IReadOnlyList<ExpectedCredit> expected, CancellationToken cancellation)
    {
        var assignments = _reading.Documents.AssignmentsOf(_payee);
        var credits = expected.Select(credit => new DealCredit(
            DealMapping.ToRecordedDeal(credit.Deal.Facts()), credit.Roles.Shares));
        var days = PayeeCheck.Evaluate(assignments, [.. credits], _reading.Documents.Rates.Latest);
        var answers = await AskAsync(days, cancellation);
        if (answers is null)
        {
            return false;
        }

        if (!answers.IsNewer && Between(days, answers).Count == 0)
        {
            _reading.Scope.Findings.Count(days.Windows.Count, days.Statements.Count);
            return true;
        }

        return !await _reading.HasNewDocumentsAsync(cancellation)
            && await CheckByAccountAsync(assignments, expected, cancellation);
    }

    private async Task<bool> CheckByAccountAsync(
        ImmutableArray<PlanAssignment> assignments,
        IReadOnlyList<ExpectedCredit> expected,
        CancellationToken cancellation)
    {
        // The days to ask for follow from the account, which may be ahead of the log that was read.
        var sequence = (await _grain.GetEstimate(null)).Value?.AsOf.Sequence ?? long.MaxValue;
        var credits = await CompareAsync(expected, sequence, cancellation);
        var days = Evaluate(assignments, credits);
        var answers = await AskAsync(days, cancellation);
        if (answers is null)
        {
            return false;
        }

        if (answers.Sequence is { } answered && answered != sequence)
        {
            credits = await CompareAsync(expected, answered, cancellation);
            days = Evaluate(assignments, credits);
            if (days.Days.Any(day => !answers.OnDays.ContainsKey(day)))
            {
                return false;
            }
        }

        if (credits.Documents < _reading.Documents.SequenceOf(_payee, assignments)
            || _reading.Documents.HaveNewerRates(assignments, credits.Standing, credits.Rates)
            || await _reading.HasNewDocumentsAsync(cancellation))
        {
            return false;
        }

        Report(credits, days, answers);
        return true;
    }

    /// <summary>By the rates that the account follows.</summary>
    private FigureDays Evaluate(ImmutableArray<PlanAssignment> assignments, CreditCheck credits) =>
        PayeeCheck.Evaluate(assignments, credits.Standing, _reading.Documents.Rates.At(credits.Rates));

    private void Report(CreditCheck credits, FigureDays days, Answers answers)
    {
        var findings = _reading.Scope.Findings;
        findings.Add(credits.Differences);
        findings.Add(Between(days, answers));
        credits.Pending.ForEach(findings.AddPending);
        findings.Count(days.Windows.Count, days.Statements.Count);
    }

    /// <summary>The account as it was at a sequence, against the log.</summary>
    private async Task<CreditCheck> CompareAsync(
        IReadOnlyList<ExpectedCredit> expected, long sequence, CancellationToken cancellation)
    {
        var credits = new CreditCheck(_tenant, _payee, _reading.Scope);
        await _account.ReadAsync(sequence, credits.Take, cancellation);
        credits.Compare(expected);
        return credits;
    }

    private List<Difference> Between(FigureDays days, Answers answers)
    {
        var place = new Difference { Tenant = _tenant, Payee = _payee };
        place.Positions.Add(answers.Positions);
        return [.. new FigureCheck(place, days).Between(answers.OnDays.GetValueOrDefault)];
    }

    /// <summary>The answers for all days, of one state; null: it changed in between.</summary>
    private async Task<Answers?> AskAsync(FigureDays days, CancellationToken cancellation)
    {
        var found = new Dictionary<DateOnly, FiguresOnDay?>();
        AsOf? asOf = null;
        foreach (var day in days.Days)
        {
            cancellation.ThrowIfCancellationRequested();
            var answer = await _grain.GetEstimate(day.ToText());
            found.Add(day, answer.Value is { } estimate ? ToFigures(estimate) : null);
            if (answer.Value is { AsOf: { } state })
            {
                if (asOf is not null && asOf.Sequence != state.Sequence)
                {
                    return null;
                }

                asOf = state;
            }
        }

        return new Answers(found, asOf?.Sequence, asOf?.Log ?? [], (asOf?.Log ?? []).Any(_reading.IsNewer));
    }

    private static FiguresOnDay ToFigures(Contracts.V1.Estimate estimate)
    {
        var components = estimate.Components.ToDictionary(
            component => component.Component,
            component => new ComponentFigures(
                component.Window?.Name ?? "",
                Number(component.Credited) ?? 0m,
                Number(component.Quota),
                Number(component.Attainment),
                component.Earned.ToDecimal()),
            StringComparer.Ordinal);
        return new FiguresOnDay(
            estimate.Statement.Name,
            estimate.Earned.ToDecimal(),
            estimate.Paid.ToDecimal(),
            estimate.DrawBalance.ToDecimal(),
            components);
    }

    private static decimal? Number(string text) =>
        text.Length == 0 ? null : decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What the grain answered, and from which state.</summary>
    private sealed record Answers(
        Dictionary<DateOnly, FiguresOnDay?> OnDays, long? Sequence, IReadOnlyList<Position> Positions, bool IsNewer);
}

/// <summary>An account of the ledger, read page by page.</summary>
internal sealed class LiveAccount(ILedger ledger, string account)
{
    private const int PageSize = 1000;

    /// <summary>Gives each record up to a sequence, in order.</summary>
    public async Task ReadAsync(long upTo, Action<ReadOnlyMemory<byte>> take, CancellationToken cancellation)
    {
        var after = 0L;
        IReadOnlyList<LedgerRecord> page;
        do
        {
            page = await ledger.ReadAsync(account, after, PageSize, cancellation);
            foreach (var record in page.Where(record => record.Sequence <= upTo))
            {
                take(record.Payload);
            }

            after += page.Count;
        }
        while (page.Count == PageSize && after < upTo);
    }
}
