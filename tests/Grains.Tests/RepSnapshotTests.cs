using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Journals;
using Commission.Grains.Reps;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Google.Protobuf;
using ApiDeal = Commission.Contracts.V1.Deal;
using EngineDeal = Commission.Engine.Deal;

namespace Commission.Grains.Tests;

/// <summary>A payee's snapshot never shows in its figures.</summary>
public sealed class RepSnapshotTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Piece_OfAnyRecords_GivesTheSameCredits(int seed)
    {
        var records = Records(seed, 200);
        var body = CreditSnapshot.Format.Pack(
            [.. records.Select(record => (ReadOnlyMemory<byte>)record.ToByteArray())]);
        var read = new List<TakenCredit>();
        CreditSnapshot.Read(body, static _ => true, read.Add);

        Assert.Equal(records.Select(TakenCredit.Of).Select(Text), read.Select(Text));
    }

    [Fact]
    public void Piece_FieldsThatDoNotCount_AreLeftOutOfWonDealsAlone()
    {
        var records = Records(3, 400).Where(record => record.Roles.Count > 0).ToList();
        var body = CreditSnapshot.Format.Pack(
            [.. records.Select(record => (ReadOnlyMemory<byte>)record.ToByteArray())]);
        var read = new List<TakenCredit>();
        CreditSnapshot.Read(body, static name => name is "region" or "type", read.Add);

        foreach (var (record, taken) in records.Zip(read))
        {
            var wanted = record.Deal.Fields.Where(field =>
                record.Deal.Status != Contracts.V1.DealStatus.Won || field.Key is "region" or "type");
            Assert.Equal(
                wanted.OrderBy(field => field.Key, StringComparer.Ordinal), taken.Credit!.Deal.Fields);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RecordedDeal_WithoutChecks_IsTheCheckedOne(int seed)
    {
        var company = new Company(seed);
        for (var i = 0; i < 100; i++)
        {
            var deal = company.Deal($"d{i}");
            var fields = new Fields();
            Assert.Equal(Text(DealMapping.ToDeal(deal, "deal", fields)!), Text(DealMapping.ToRecordedDeal(deal)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Activation_AtRandomMoments_ChangesNoFigure(int seed)
    {
        var random = new Random(seed);
        await using var world = WithPiecesOf(random.Next(1, 7));
        await CreditingTests.PutHierarchyAsync(world);
        var recording = Task.WhenAll(new Traffic(seed).Events(120).Select(world.RecordAsync));
        for (var i = 0; i < 25; i++)
        {
            await world.Host.Runtime.DeactivateAsync(world.Host.Rep(Traffic.Reps[random.Next(5)]));
            await world.EstimateAsync(Traffic.Reps[random.Next(5)]);
        }

        await recording;
        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
        await world.PublishAsync(Docs.Flat.Replace("rate: 5%", "rate: 6%", StringComparison.Ordinal));
        await Audit.CheckAsync(world);
        Assert.NotNull(await world.Host.Store.States.ReadStateAsync(
            AccountSnapshots.Name, $"rep/{GrainHost.Tenant}/ann#0", default));
        Assert.Empty(world.Host.Log.Errors);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Crash_AtAnyWrite_LosesNothing(int seed)
    {
        var random = new Random(seed);
        await using var world = WithPiecesOf(random.Next(1, 4));
        await CreditingTests.PutHierarchyAsync(world);
        foreach (var part in new Traffic(seed).Events(80).Chunk(20))
        {
            world.Host.Gate.CrashAfter(random.Next(1, 60), lastWriteLands: random.Next(2) == 0);
            var recording = Task.WhenAll(part.Select(world.RecordAsync));
            await Task.WhenAny(recording, world.Host.Gate.Dead);
            await world.CrashAsync();
            await Task.WhenAll(part.Select(world.RecordAsync));
        }

        await Audit.CheckAsync(world);
    }

    private static World WithPiecesOf(int records) => new(new GrainHost(
        Stores.Of(new MemoryStore()),
        new GrainSettings { Shards = 3, BusinessDate = new DateOnly(2026, 2, 15), SnapshotRecords = records }));

    private static List<CreditRecord> Records(int seed, int count)
    {
        var random = new Random(seed);
        var company = new Company(seed);
        var records = new List<CreditRecord>();
        while (records.Count < count)
        {
            records.Add(random.Next(10) switch
            {
                0 => new CreditRecord { Documents = random.Next(1, 1000), RecordedMs = random.Next() },
                1 => new CreditRecord { Rates = random.Next(1, 1000), RecordedMs = random.Next() },
                _ => Record(company.Deal($"dé-{random.Next(100)}"), random),
            });
        }

        return records;
    }

    private static CreditRecord Record(ApiDeal deal, Random random)
    {
        deal.Owners.Clear();
        deal.Probability = random.Next(3) == 0 ? "0.250" : "";
        var record = new CreditRecord
        {
            Revision = random.Next(1, 9),
            Position = new Position { Shard = random.Next(3), Number = random.NextInt64(1, long.MaxValue) },
            RecordedMs = random.NextInt64(2_000_000_000_000),
            Deal = deal,
        };
        if (random.Next(5) == 0)
        {
            record.Deal = new ApiDeal { Deal_ = deal.Deal_ };
            return record;
        }

        foreach (var role in Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0).DefaultIfEmpty(0))
        {
            record.Roles.Add(new RoleCredit { Role = role, Share = role == 0 ? "1" : "0.3330", Reason = "owner" });
        }

        return record;
    }

    private static string Text(TakenCredit taken) =>
        $"{taken.Revision} {taken.Shard} {taken.Number} {taken.RecordedMs} {(taken.Credit is { } credit
            ? $"{Text(credit.Deal)} {string.Join(',', credit.Roles)}"
            : taken.IsOfRates ? "rates" : "documents")}";

    private static string Text(EngineDeal deal) =>
        $"{deal.Id} {deal.Credited} {deal.Status} {deal.Amount} {deal.Currency ?? "-"} {deal.Margin} {deal.Quantity} "
        + $"{deal.Probability} {string.Join(',', deal.Fields)} {string.Join(',', deal.Owners)}";
}
