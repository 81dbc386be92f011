using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>
/// Finds the events of a page of the log that crediting again would not change, without activating their deals. A
/// deal's note alone does not prove that anybody was told: those whom it names are asked.
/// </summary>
internal sealed class Settled(ILedger ledger, IGrainFactory grains, TenantRulesCache rules, Func<string, long> toldOf)
{
    /// <summary>The numbers of those events.</summary>
    public async Task<HashSet<long>> FindAsync(IReadOnlyList<LoggedEvent> page)
    {
        var states = await ReadAsync(page);
        var settled = new HashSet<long>();
        var toAsk = new Dictionary<string, Noted>(StringComparer.Ordinal);
        foreach (var logged in page)
        {
            var deal = KeyOf(logged);
            if (!states.TryGetValue(deal, out var noted))
            {
                continue;
            }

            if (IsPassed(logged, noted.State))
            {
                settled.Add(logged.Position.Number);
            }
            else if (logged.Position.Number == noted.State.Position.Number && await IsByRulesAsync(logged, noted.State))
            {
                toAsk[deal] = noted;
            }
        }

        settled.UnionWith(await HeldAsync(toAsk));
        return settled;
    }

    /// <summary>A later event, or a later version, took its place.</summary>
    private static bool IsPassed(LoggedEvent logged, DealState state) =>
        logged.Position.Number < state.Position.Number
        || (logged.Position.Number > state.Position.Number
            && logged.Request.Version != 0 && logged.Request.Version < state.SourceVersion);

    private static string KeyOf(LoggedEvent logged) => GrainKeys.Of(logged.Tenant, logged.Request.Deal.Deal_);

    private async Task<Dictionary<string, Noted>> ReadAsync(IReadOnlyList<LoggedEvent> page)
    {
        var deals = page.Select(KeyOf).Distinct(StringComparer.Ordinal).ToList();
        var lasts = await ReadLastAsync(deals.ConvertAll(deal => $"deal/{deal}"));
        var states = new Dictionary<string, Noted>(deals.Count, StringComparer.Ordinal);
        for (var i = 0; i < deals.Count; i++)
        {
            if (lasts[i] is { } last)
            {
                states.Add(deals[i], new Noted(DealState.Parser.ParseFrom(last.Payload.Span), last.Sequence));
            }
        }

        return states;
    }

    /// <summary>A deal with a damaged record is not settled: crediting it meets the damage, and says so.</summary>
    private async Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(List<string> accounts)
    {
        try
        {
            return await ledger.ReadLastAsync(accounts, CancellationToken.None);
        }
        catch (CorruptRecordException) when (accounts.Count > 1)
        {
            var lasts = new List<LedgerRecord?>(accounts.Count);
            foreach (var account in accounts)
            {
                lasts.AddRange(await ReadLastAsync([account]));
            }

            return lasts;
        }
        catch (CorruptRecordException)
        {
            return [null];
        }
    }

    private async Task<bool> IsByRulesAsync(LoggedEvent logged, DealState state) =>
        (await rules.GetAsync(logged.Tenant, toldOf(logged.Tenant))).Crediting.Version <= state.RulesVersion;

    private async Task<IEnumerable<long>> HeldAsync(Dictionary<string, Noted> deals)
    {
        var questions = new Dictionary<(bool IsRep, string Holder), Question>();
        foreach (var (deal, noted) in deals)
        {
            var (tenant, id) = GrainKeys.Split(deal);
            foreach (var rep in noted.State.Reps)
            {
                Ask(questions, (true, GrainKeys.Of(tenant, rep)), deal, id, noted);
            }

            foreach (var territory in noted.State.Territories)
            {
                Ask(questions, (false, GrainKeys.Of(tenant, territory)), deal, id, noted);
            }
        }

        var missing = new HashSet<string>(StringComparer.Ordinal);
        await Task.WhenAll(questions.Select(async question =>
        {
            if (!await HoldsAsync(question.Key, question.Value.Asked))
            {
                missing.UnionWith(question.Value.Deals);
            }
        }));
        return deals.Where(deal => !missing.Contains(deal.Key)).Select(deal => deal.Value.State.Position.Number);
    }

    private static void Ask(
        Dictionary<(bool IsRep, string Holder), Question> questions,
        (bool IsRep, string Holder) holder, string deal, string id, Noted noted)
    {
        if (!questions.TryGetValue(holder, out var question))
        {
            questions.Add(holder, question = new Question(new HeldRevisions(), []));
        }

        question.Asked.Deals.Add(id);
        question.Asked.Revisions.Add(noted.Revision);
        question.Deals.Add(deal);
    }

    private async ValueTask<bool> HoldsAsync((bool IsRep, string Key) holder, HeldRevisions asked)
    {
        try
        {
            return holder.IsRep
                ? await grains.GetGrain<IRepGrain>(holder.Key).Holds(asked)
                : await grains.GetGrain<ITerritoryGrain>(holder.Key).Holds(asked);
        }
        catch (Exception failure) when (StoreFailures.DamageOf(failure) is not null)
        {
            // Nobody knows what it holds: its deals are credited again, and those of others are not held up.
            return false;
        }
    }

    private sealed record Noted(DealState State, long Revision);

    private sealed record Question(HeldRevisions Asked, List<string> Deals);
}
