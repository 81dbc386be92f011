using System.Runtime.InteropServices;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Crediting;
using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>
/// Finds the events of a page of the log that crediting again would not change, without activating anybody. A deal's
/// note alone does not prove that those were told whom it names: it is looked up that they have it.
/// </summary>
internal sealed class Settled(
    int shard, ILedger ledger, HeldCredits held, TenantRulesCache rules, Func<string, long> toldOf,
    CancellationToken stopping)
{
    /// <summary>Begins: only then may be asked.</summary>
    public void Enter() => held.Enter();

    /// <summary>Asks no more.</summary>
    public void Leave() => held.Leave();

    /// <summary>The numbers of those events.</summary>
    public async Task<HashSet<long>> FindAsync(IReadOnlyList<LoggedHead> page)
    {
        var notes = await ReadAsync(page);
        var settled = new HashSet<long>();
        var noted = new HashSet<long>();
        var questions = new Dictionary<string, HeldQuestion>(StringComparer.Ordinal);
        foreach (var logged in page)
        {
            if (!notes.TryGetValue(logged.Account, out var note))
            {
                continue;
            }

            if (IsPassed(logged, note.State))
            {
                settled.Add(logged.Number);
            }
            else if (logged.Number == note.State.Position.Number && await IsByRulesAsync(logged, note.State))
            {
                noted.Add(logged.Number);
                Ask(questions, logged, note);
            }
        }

        noted.ExceptWith(await held.MissingAsync(shard, questions.Values, stopping));
        settled.UnionWith(noted);
        return settled;
    }

    /// <summary>A later event, or a later version, took its place.</summary>
    private static bool IsPassed(LoggedHead logged, DealState state) =>
        logged.Number < state.Position.Number
        || (logged.Number > state.Position.Number && logged.Version != 0 && logged.Version < state.SourceVersion);

    private async Task<Dictionary<string, Noted>> ReadAsync(IReadOnlyList<LoggedHead> page)
    {
        var accounts = page.Select(logged => logged.Account).Distinct(StringComparer.Ordinal).ToList();
        var lasts = await SoundReads.ReadLastAsync(ledger, accounts, stopping);
        var notes = new Dictionary<string, Noted>(accounts.Count, StringComparer.Ordinal);
        for (var i = 0; i < accounts.Count; i++)
        {
            if (lasts[i] is { } last)
            {
                notes.Add(accounts[i], new Noted(DealState.Parser.ParseFrom(last.Payload.Span), last.Sequence));
            }
        }

        return notes;
    }

    private async ValueTask<bool> IsByRulesAsync(LoggedHead logged, DealState state)
    {
        var tenant = logged.Record.Tenant;
        return (await rules.GetAsync(tenant, toldOf(tenant))).Crediting.Version <= state.RulesVersion;
    }

    private static void Ask(Dictionary<string, HeldQuestion> questions, LoggedHead logged, Noted note)
    {
        foreach (var rep in note.State.Reps)
        {
            Ask(questions, $"rep/{logged.Record.Tenant}/{rep}", logged, note.Revision);
        }

        foreach (var territory in note.State.Territories)
        {
            Ask(questions, $"territory/{logged.Record.Tenant}/{territory}", logged, note.Revision);
        }
    }

    private static void Ask(
        Dictionary<string, HeldQuestion> questions, string account, LoggedHead logged, long revision)
    {
        ref var question = ref CollectionsMarshal.GetValueRefOrAddDefault(questions, account, out _);
        (question ??= new HeldQuestion(account)).Add(logged, revision);
    }

    private sealed record Noted(DealState State, long Revision);
}
