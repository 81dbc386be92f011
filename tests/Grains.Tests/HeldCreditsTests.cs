using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Journals;
using Commission.Grains.Shards;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Grains.Tests;

/// <summary>What a replay learns of accounts that nobody is activated for.</summary>
public sealed class HeldCreditsTests : IDisposable
{
    private const string Rep = "rep/acme/ann";
    private const string Territory = "territory/acme/north";
    private const int Shard = 5;
    private static readonly DateTimeOffset Logged = DateTimeOffset.UnixEpoch.AddYears(56);
    private readonly MemoryStore _store = new();
    private readonly LiveAccounts _live = new();
    private readonly HeldCredits _held;

    public HeldCreditsTests()
    {
        _held = new HeldCredits(_store, _live);
        _held.Enter();
    }

    public static TheoryData<string> Accounts => [Rep, Territory];

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task Missing_RevisionOrALaterOne_IsHeld(string account)
    {
        await AppendAsync(account, (1, 1), (2, 3), (3, 1), (3, 2));

        Assert.Empty(await MissingAsync(account, (1, 1), (2, 2), (2, 3), (3, 2)));
    }

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task Missing_OlderRevisionOrNone_IsMissing(string account)
    {
        await AppendAsync(account, (1, 1), (2, 3));

        Assert.Equal([2, 4], await MissingAsync(account, (1, 1), (2, 4), (4, 1)));
    }

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task Missing_ActiveAndBehindItsAccount_HasNothingUntilItIsCurrent(string account)
    {
        await AppendAsync(account, (1, 1), (2, 1));
        var active = new ActiveAccount(account) { Sequence = 1 };
        _live.Enter(active);
        Assert.Equal([1, 2], await MissingAsync(account, (1, 1), (2, 1)));

        active.Sequence = 2;
        Assert.Empty(await MissingAsync(account, (1, 1), (2, 1)));

        active.Sequence = 0;
        _live.Leave(active);
        Assert.Empty(await MissingAsync(account, (1, 1), (2, 1)));
    }

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task Missing_ActiveInAnotherSiloAndBehind_HasNothing(string account)
    {
        var elsewhere = new Elsewhere();
        using var held = new HeldCredits(_store, _live, elsewhere);
        held.Enter();
        await AppendAsync(account, (1, 1), (2, 1));
        var active = new ActiveAccount(account) { Sequence = 1 };
        elsewhere.Live.Enter(active);

        Assert.Equal([1, 2], await held.MissingAsync(Shard, [Question(account, (1, 1), (2, 1))], default));
        active.Sequence = 2;
        Assert.Empty(await held.MissingAsync(Shard, [Question(account, (1, 1), (2, 1))], default));
    }

    [Fact]
    public async Task Missing_OtherSiloDoesNotAnswer_FailsAndIsAskedAgain()
    {
        var elsewhere = new Elsewhere { Failure = new TimeoutException() };
        using var held = new HeldCredits(_store, _live, elsewhere);
        held.Enter();
        await AppendAsync(Rep, (1, 1));

        await Assert.ThrowsAsync<TimeoutException>(() => held.MissingAsync(Shard, [Question(Rep, (1, 1))], default));
        elsewhere.Failure = null;
        Assert.Empty(await held.MissingAsync(Shard, [Question(Rep, (1, 1))], default));
    }

    [Fact]
    public void LiveAccounts_EarlierActivationEnds_TheNextIsStillKnown()
    {
        var first = new ActiveAccount(Rep);
        _live.Enter(first);
        _live.Enter(new ActiveAccount(Rep) { Sequence = 5 });

        _live.Leave(first);

        Assert.True(_live.HasAll(Rep, 5));
        Assert.False(_live.HasAll(Rep, 6));
    }

    [Fact]
    public async Task Missing_EventOfAnotherShard_IsMissing()
    {
        await AppendAsync(Rep, (1, 1));

        Assert.Equal([1], await _held.MissingAsync(Shard + 1, [Question(Rep, (1, 1))], default));
    }

    [Fact]
    public async Task Missing_AccountWithoutRecords_HasNothing() =>
        Assert.Equal([1], await MissingAsync(Rep, (1, 1)));

    [Fact]
    public async Task Missing_SeveralAccounts_EachMustHaveIt()
    {
        await AppendAsync(Rep, (1, 1), (2, 1));
        await AppendAsync(Territory, (2, 1), (3, 1));
        HeldQuestion[] questions = [Question(Rep, (1, 1), (2, 1)), Question(Territory, (1, 1), (2, 1), (3, 1))];

        Assert.Equal([1], await _held.MissingAsync(Shard, questions, default));
    }

    [Fact]
    public async Task Missing_AppendedAfterItWasRead_IsHeld()
    {
        Assert.Equal([1], await MissingAsync(Rep, (1, 1)));
        await AppendAsync(Rep, (1, 1));
        Assert.Equal([2], await MissingAsync(Rep, (1, 1), (2, 1)));
        await AppendAsync(Rep, [.. Numbers(2, 6000)]);

        Assert.Empty(await MissingAsync(Rep, [.. Numbers(1, 6000)]));
    }

    [Fact]
    public async Task Missing_FarFromTheEnd_IsHeld()
    {
        await AppendAsync(Rep, [.. Numbers(1, 20_000)]);

        Assert.Empty(await MissingAsync(Rep, (1, 1), (19_999, 1)));
        Assert.Equal([20_001], await MissingAsync(Rep, (2, 1), (20_001, 1)));
    }

    [Fact]
    public async Task Missing_RecordedLongBeforeTheEvent_IsNotLookedFor()
    {
        await AppendAsync(Rep, Logged.AddDays(-1), [.. Numbers(1, 300)]);

        Assert.Empty(await MissingAsync(Rep, (300, 1)));
        Assert.Equal([1], await MissingAsync(Rep, (1, 1)));
    }

    [Fact]
    public async Task Missing_PayeesDocumentsBetween_AreNoCredits()
    {
        await AppendAsync(Rep, (1, 1));
        await _store.AppendAsync(Rep, 1, [new CreditRecord { Documents = 7 }.ToByteArray()], default);

        Assert.Equal([0], await MissingAsync(Rep, (0, 1), (1, 1)));
    }

    private static IEnumerable<(long Number, long Revision)> Numbers(int from, int to) =>
        Enumerable.Range(from, to - from + 1).Select(number => ((long)number, 1L));

    private static HeldQuestion Question(string account, params ReadOnlySpan<(long Number, long Revision)> asked)
    {
        var question = new HeldQuestion(account);
        foreach (var (number, revision) in asked)
        {
            var record = new LogRecord(Shard, number, "acme", $"event-{number}", default, Logged);
            question.Add(new LoggedHead(record, "deal/acme/d", 0), revision);
        }

        return question;
    }

    private Task AppendAsync(string account, params (long Number, long Revision)[] records) =>
        AppendAsync(account, Logged, records);

    private async Task AppendAsync(
        string account, DateTimeOffset recorded, (long Number, long Revision)[] records)
    {
        var before = (await _store.ReadLastAsync(account, default))?.Sequence ?? 0;
        var payloads = records.Select(one => (ReadOnlyMemory<byte>)(account == Rep
            ? new CreditRecord
            {
                Revision = one.Revision,
                Position = new Position { Shard = Shard, Number = one.Number },
                Deal = new Deal { Deal_ = "d", Amount = new Money { Currency = "USD", Units = 5 } },
                RecordedMs = recorded.ToUnixTimeMilliseconds(),
            }.ToByteArray()
            : new TerritoryRecord
            {
                Revision = one.Revision,
                Position = new Position { Shard = Shard, Number = one.Number },
                Deal = "d",
                Counts = true,
                Credited = "2026-02-03",
                Amount = new Money { Currency = "USD", Units = 5 },
                RecordedMs = recorded.ToUnixTimeMilliseconds(),
            }.ToByteArray())).ToList();
        Assert.IsType<LedgerAppendResult.Appended>(await _store.AppendAsync(account, before, payloads, default));
    }

    private async Task<IEnumerable<long>> MissingAsync(
        string account, params (long Number, long Revision)[] asked) =>
        (await _held.MissingAsync(Shard, [Question(account, asked)], default)).Order();

    /// <summary>Of an activation.</summary>
    private sealed class ActiveAccount(string account) : ILiveAccount
    {
        public string Account => account;

        public long Sequence { get; set; }
    }

    /// <summary>One other silo.</summary>
    private sealed class Elsewhere : IOtherSilos
    {
        public LiveAccounts Live { get; } = new();

        public Exception? Failure { get; set; }

        public Task<IReadOnlyCollection<string>> FindBehindAsync(IReadOnlyDictionary<string, long> ends) =>
            Failure is null
                ? Task.FromResult<IReadOnlyCollection<string>>([.. Live.FindBehind(ends)])
                : Task.FromException<IReadOnlyCollection<string>>(Failure);
    }
}
