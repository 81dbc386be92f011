using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Plans;
using Commission.Grains.Shards;
using Commission.Storage;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Load.Recovery;

/// <summary>Writes a store as shards and grains would leave it, without them: in large batches.</summary>
internal sealed class PreparedStore(RecoveryCompany company, SqliteStore store) : IAsyncDisposable
{
    private const int Shards = 8;
    private const int Batch = 20_000;
    private readonly long[] _heads = new long[Shards];
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    private long _lastDocument;

    /// <summary>The store of a folder, empty.</summary>
    public static async Task<PreparedStore> OpenAsync(string folder, RecoveryCompany company)
    {
        var options = new SqliteStoreOptions { Path = Path.Combine(folder, "commission.db"), MaxQueuedItems = 100_000 };
        return new PreparedStore(
            company, await SqliteStore.OpenAsync(options, NullLogger.Instance, CancellationToken.None));
    }

    /// <summary>The plan, the payees and the territories, and in each payee's account that it knows of them.</summary>
    public async Task PutDocumentsAsync()
    {
        var plan = await PutAsync("plan", "house", Encoding.UTF8.GetBytes(RecoveryCompany.Plan));
        await NoteRolloutAsync(plan);
        foreach (var territory in RecoveryCompany.Territories)
        {
            await PutAsync("territory", territory.Territory_, territory.ToByteArray());
        }

        // Managers first, as anybody must who puts them.
        foreach (var reps in company.Reps.Reverse().Chunk(Batch))
        {
            var puts = await Task.WhenAll(reps.Select(rep =>
                PutAsync("rep", rep, company.Document(rep).ToByteArray())));
            await Task.WhenAll(reps.Zip(puts, (rep, put) =>
                AppendAsync(Account("rep", rep), [new CreditRecord { Documents = Math.Max(plan, put) }])));
        }
    }

    /// <summary>Events, and if asked what crediting them leaves.</summary>
    public async Task RecordAsync(int events, bool credited)
    {
        for (var from = 0; from < events; from += Batch)
        {
            await RecordAsync(Enumerable.Range(from, Math.Min(Batch, events - from)), credited);
        }
    }

    /// <summary>One payee's credits, in an account that has only its documents.</summary>
    public async Task CreditAsync(string rep, int credits)
    {
        for (var from = 0; from < credits; from += Batch)
        {
            await AppendAsync(Account("rep", rep), Enumerable.Range(from, Math.Min(Batch, credits - from))
                .Select(i => company.Credit(i, new Position { Shard = i % Shards, Number = 1 + (i / Shards) }, false)));
        }
    }

    /// <summary>A credit that no event is behind: the company's event of this number must not be recorded.</summary>
    public Task MiscreditAsync(int i)
    {
        var credit = company.Credit(i, new Position { Shard = 0, Number = 1 }, ofManager: false);
        return AppendAsync(Account("rep", company.RepOf(i)), [credit]);
    }

    /// <summary>Notes that every event is credited, by the rules as they are; once, after the last event.</summary>
    public async Task NoteCursorsAsync()
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            await WriteStateAsync("shard.cursor", shard.ToString(CultureInfo.InvariantCulture), new ShardCursor
            {
                Applied = _heads[shard],
                CreditedBy = { [RecoveryCompany.Tenant] = _lastDocument },
            });
        }
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static string Account(string kind, string id) => $"{kind}/{GrainKeys.Of(RecoveryCompany.Tenant, id)}";

    private async Task RecordAsync(IEnumerable<int> events, bool credited)
    {
        var writes = new List<Task>();
        var positions = new Dictionary<int, Position>();
        foreach (var shard in events.GroupBy(
            i => GrainKeys.ShardOf(RecoveryCompany.Tenant, RecoveryCompany.DealId(i), Shards)))
        {
            var before = _heads[shard.Key];
            foreach (var i in shard)
            {
                positions.Add(i, new Position { Shard = shard.Key, Number = ++_heads[shard.Key] });
            }

            var entries = shard.Select(i => Entry(company.Event(i))).ToList();
            writes.Add(store.AppendAsync(shard.Key, before, entries, CancellationToken.None));
        }

        if (credited)
        {
            writes.AddRange(Credits(positions));
        }

        await Task.WhenAll(writes);
    }

    private static LogEntry Entry(RecordRequest request)
    {
        var payload = RecoveryCompany.Logged(request).ToByteArray();
        return new LogEntry(RecoveryCompany.Tenant, request.EventId, SHA256.HashData(payload), payload,
            DateTimeOffset.UnixEpoch.AddYears(56));
    }

    private IEnumerable<Task> Credits(Dictionary<int, Position> positions) =>
        positions.SelectMany(entry => Records(entry.Key, entry.Value))
            .GroupBy(one => one.Account, one => one.Record, StringComparer.Ordinal)
            .Select(account => AppendAsync(account.Key, account));

    private IEnumerable<(string Account, IMessage Record)> Records(int i, Position position)
    {
        yield return (Account("deal", RecoveryCompany.DealId(i)), new DealState
        {
            Position = position, RulesVersion = RulesVersion, Credited = company.Kept(i),
        });
        yield return (Account("rep", company.RepOf(i)), company.Credit(i, position, ofManager: false));
        yield return (Account("rep", company.ManagerOf(i)), company.Credit(i, position, ofManager: true));
        yield return (Account("territory", RecoveryCompany.RegionOf(i)), RecoveryCompany.Part(i, position));
        yield return (Account("territory", RecoveryCompany.GroupOf(i)), RecoveryCompany.Part(i, position));
    }

    /// <summary>All payees know the plan: otherwise the silo would first of all activate and tell each of them.
    /// </summary>
    private Task NoteRolloutAsync(long plan) => WriteStateAsync(
        "plan.rollout",
        GrainKeys.Of(RecoveryCompany.Tenant, "house"),
        new RolloutState { Version = 1, Sequence = plan, Total = 0, IsListed = true, FinishedMs = 1 });

    private async Task WriteStateAsync<T>(string name, string key, T state)
    {
        var written = await store.WriteStateAsync(
            name, key, null, JsonSerializer.SerializeToUtf8Bytes(state), CancellationToken.None);
        if (written is StateWriteResult.Conflict)
        {
            throw new InvalidOperationException($"The state {name} of {key} was there.");
        }
    }

    // The last territory is the last change of crediting rules: payees are put after it, and new.
    private static long RulesVersion => 1 + RecoveryCompany.Territories.Count();

    private async Task<long> PutAsync(string kind, string id, byte[] document)
    {
        var sequence = await store.PutAsync(RecoveryCompany.Tenant, kind, id, null, document, CancellationToken.None)
            is CatalogPutResult.Put put
                ? put.Sequence
                : throw new InvalidOperationException($"The {kind} {id} was there.");
        _lastDocument = Math.Max(_lastDocument, sequence);
        return sequence;
    }

    private async Task AppendAsync(string account, IEnumerable<IMessage> records)
    {
        var payloads = records.Select(record => (ReadOnlyMemory<byte>)record.ToByteArray()).ToList();
        var before = _sequences.GetValueOrDefault(account);
        _sequences[account] = before + payloads.Count;
        if (await store.AppendAsync(account, before, payloads, CancellationToken.None) is LedgerAppendResult.Fenced)
        {
            throw new InvalidOperationException($"The account {account} was there.");
        }
    }
}
