using System.Collections.Concurrent;
using System.Text.Json;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Estimate = Commission.Contracts.V1.Estimate;
using Rep = Commission.Contracts.V1.Rep;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Grains.Tests.Harness;

/// <summary>
/// Drives a host, and remembers what was accepted, so that the figures can be worked out from nothing.
/// </summary>
internal sealed class World(GrainHost host) : IBooks, IAnswers, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(int Shard, long Number), RecordRequest> _log = new();

    public GrainHost Host { get; private set; } = host;

    public Dictionary<string, List<Plan>> Plans { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Rep> Reps { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Territory> Territories { get; } = new(StringComparer.Ordinal);

    /// <summary>As they stand.</summary>
    public CurrencyRates Rates { get; private set; } = CurrencyRates.None;

    IReadOnlyDictionary<string, List<Plan>> IBooks.Plans => Plans;

    IReadOnlyDictionary<string, Rep> IBooks.Reps => Reps;

    IReadOnlyDictionary<string, Territory> IBooks.Territories => Territories;

    /// <summary>The accepted events of each shard in order.</summary>
    public IEnumerable<RecordRequest> Log =>
        _log.OrderBy(entry => entry.Key.Shard).ThenBy(entry => entry.Key.Number).Select(entry => entry.Value);

    public static World InMemory() => new(GrainHost.InMemory());

    /// <summary>A world with the flat plan and these payees on it.</summary>
    public static async Task<World> WithRepsAsync(params string[] reps)
    {
        var world = InMemory();
        await world.PutRepsAsync(reps);
        return world;
    }

    public async Task PutRepsAsync(params string[] reps)
    {
        await PublishAsync(Docs.Flat);
        foreach (var rep in reps)
        {
            await PutAsync(Docs.Rep(rep));
        }
    }

    public async Task PublishAsync(string text)
    {
        var plan = PlanFormat.ParsePlan(text).Value!;
        var published = Note(await Host.Plan(plan.Id).Publish(text));
        await RolledOutAsync(plan.Id, published.Version);
        Know(plan);
    }

    /// <summary>Waits until every payee is recomputed by a version.</summary>
    public async Task<Rollout> RolledOutAsync(string plan, long version)
    {
        Rollout rollout;
        do
        {
            rollout = Note(await Host.Plan(plan).WaitRollout(version, default));
        }
        while (rollout.Finished is null);
        return rollout;
    }

    /// <summary>Remembers a plan that was published; of two for one day the later stands.</summary>
    private void Know(Plan plan)
    {
        Plans.TryAdd(plan.Id, []);
        Plans[plan.Id].RemoveAll(version => version.Effective == plan.Effective);
        Plans[plan.Id].Add(plan);
    }

    public async Task PutAsync(Rep rep)
    {
        Note(await Host.Rep(rep.Rep_).Put(rep));
        Reps[rep.Rep_] = rep;
    }

    public async Task PutAsync(Territory territory)
    {
        Note(await Host.Territory(territory.Territory_).Put(territory));
        Territories[territory.Territory_] = territory;
    }

    /// <summary>Puts rates, of which none is refused, and waits until every payee follows them.</summary>
    public async Task<PutRatesReply> PutRatesAsync(params DayRate[] rates)
    {
        var reply = await SendRatesAsync(rates);
        await RatesToldAsync();
        return reply;
    }

    /// <summary>The same, without waiting.</summary>
    public async Task<PutRatesReply> SendRatesAsync(params DayRate[] rates)
    {
        var reply = Note(await Host.Rates.Put(new PutRatesRequest { Rates = { rates } }));
        Assert.Equal(0, reply.Refused);
        Rates = Rates.With(rates.Select(RateSheets.ToRate));
        return reply;
    }

    /// <summary>Waits until every payee follows the rates.</summary>
    public async Task RatesToldAsync()
    {
        for (var spread = await Host.Rates.GetSpread(); spread.Told < spread.Sequence;)
        {
            spread = await Host.Rates.WaitSpread(spread.Sequence, default);
        }
    }

    /// <summary>Records an event that is not refused.</summary>
    public async Task<Recorded> RecordAsync(RecordRequest request)
    {
        var recorded = Note(await TryRecordAsync(request));
        return recorded;
    }

    /// <summary>Records an event, and remembers it if it was accepted.</summary>
    public async Task<Answer<Recorded>> TryRecordAsync(RecordRequest request)
    {
        var answer = await Host.ShardOf(request.Deal?.Deal_ ?? "").Record(GrainHost.Tenant, request);
        if (answer.Value is { } recorded)
        {
            Remember(recorded, request);
        }

        return answer;
    }

    /// <summary>Remembers an event that was accepted.</summary>
    public void Remember(Recorded recorded, RecordRequest request) =>
        _log.TryAdd((recorded.Position.Shard, recorded.Position.Number), request);

    /// <summary>Records an event and waits until it is credited.</summary>
    public async Task<Recorded> CreditAsync(RecordRequest request)
    {
        var recorded = await RecordAsync(request);
        Assert.True(await Host.Shard(recorded.Position.Shard).WaitApplied(recorded.Position.Number, default));
        return recorded;
    }

    /// <summary>Waits until every event is credited, by the rules as they are now.</summary>
    public async Task SettleAsync()
    {
        if (!ReferenceEquals(Rates, CurrencyRates.None))
        {
            await RatesToldAsync();
        }

        for (var shard = 0; shard < Host.Settings.Shards; shard++)
        {
            await Host.AppliedAsync(shard);
            var written = Host.Gate.NextWrite;
            while (await IsRecreditingAsync(shard) || await IsBehindAsync(shard))
            {
                // A note that is durable is in memory a moment later, without a further write.
                await Task.WhenAny(written, Task.Delay(TimeSpan.FromMilliseconds(20)));
                written = Host.Gate.NextWrite;
            }
        }
    }

    public async Task<Estimate> EstimateAsync(string rep, string on = "2026-02-15") =>
        Note(await Host.Rep(rep).GetEstimate(on));

    /// <summary>A payee's figures on a day; null when they are refused.</summary>
    public async Task<Estimate?> EstimateOrNoneAsync(string rep, string on) =>
        (await Host.Rep(rep).GetEstimate(on)).Value;

    public async Task<decimal> EarnedAsync(string rep, string component, string on = "2026-02-15") =>
        (await EstimateAsync(rep, on)).Components.Single(one => one.Component == component).Earned.Value();

    Task<TerritoryView> IAnswers.TerritoryAsync(string id, string on) => TerritoryAsync(id, on);

    public async Task<TerritoryView> TerritoryAsync(string id, string on = "2026-02-15") =>
        Note(await Host.Territory(id).Get(on));

    public async Task RestartAsync()
    {
        Host = await Host.RestartAsync();
        await Host.StartShardsAsync();
    }

    public async Task CrashAsync()
    {
        Host = await Host.CrashAndRestartAsync();
        await Host.StartShardsAsync();
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public static T Note<T>(Answer<T> answer)
        where T : class
    {
        Assert.True(answer.IsValue, string.Join("; ", answer.Refusals.IsDefault ? [] : answer.Refusals));
        return answer.Value!;
    }

    /// <summary>Whether the shard has yet to learn, or to follow, rules that there are: as after a crash.</summary>
    private async Task<bool> IsBehindAsync(int shard)
    {
        var progress = await Host.Shard(shard).GetRealignment(GrainHost.Tenant);
        return progress.CreditedBy < progress.RulesVersion;
    }

    private async Task<bool> IsRecreditingAsync(int shard)
    {
        var record = await Host.Store.States.ReadStateAsync("shard.cursor", ShardKeys.Of(shard), default);
        if (record is null)
        {
            return false;
        }

        using var cursor = JsonDocument.Parse(record.State);
        return cursor.RootElement.GetProperty("Recrediting").EnumerateObject().Any();
    }
}
