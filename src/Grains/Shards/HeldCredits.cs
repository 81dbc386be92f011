using Commission.Grains.Journals;
using Commission.Storage;

namespace Commission.Grains.Shards;

/// <summary>
/// What payees and territories have of the events that shards replay, read from their accounts without activating any
/// of them: what the ledger has is durable, and whoever is activated later has it too. Who is active, here or in
/// another silo, and behind its account, is taken to have nothing. One for all shards of a silo, so that an account is
/// read once for all of them. Safe for concurrent use.
/// </summary>
/// <param name="ledger">Where the accounts are.</param>
/// <param name="live">Who is active here.</param>
/// <param name="others">Knows who is active elsewhere; null: there is no elsewhere.</param>
public sealed class HeldCredits(ILedger ledger, LiveAccounts live, IOtherSilos? others = null) : IDisposable
{
    private const int Readers = 4;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _counting = new();
    private readonly Dictionary<string, AccountTail> _tails = new(StringComparer.Ordinal);
    private int _users;

    /// <summary>A replay begins to ask.</summary>
    internal void Enter()
    {
        lock (_counting)
        {
            _users++;
        }
    }

    /// <summary>A replay asks no more. Nothing is kept once none does.</summary>
    internal void Leave()
    {
        lock (_counting)
        {
            if (--_users == 0)
            {
                _tails.Clear();
                _tails.TrimExcess();
            }
        }
    }

    /// <summary>
    /// The numbers of the events that some account is not known to have as asked. It may have one after all, where
    /// clocks went astray: it is then told once more.
    /// </summary>
    /// <param name="shard">Whose replay asks.</param>
    /// <param name="questions">By account.</param>
    /// <param name="cancellation">Abandons it.</param>
    internal async Task<HashSet<long>> MissingAsync(
        int shard, IReadOnlyCollection<HeldQuestion> questions, CancellationToken cancellation)
    {
        // Without the token: by it, who waits would be sent by way of another thread.
        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            var open = new List<Open>();
            foreach (var question in questions)
            {
                var tail = TailOf(question.Account);
                if (question.Missing(shard, tail) is { Count: > 0 } unknown)
                {
                    open.Add(new Open(question, tail, unknown));
                }
            }

            var missing = await ReadAsync(shard, open, cancellation);
            var behind = await FindBehindAsync(questions);
            foreach (var question in questions.Where(question => behind.Contains(question.Account)))
            {
                missing.UnionWith(question.Numbers);
            }

            return missing;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>The payees and territories that answer without what their accounts have: to be told again, they find
    /// out. To be asked after reading the accounts: who is activated later reads at least as much.</summary>
    private async Task<HashSet<string>> FindBehindAsync(IReadOnlyCollection<HeldQuestion> questions)
    {
        var ends = questions.ToDictionary(
            question => question.Account, question => TailOf(question.Account).End, StringComparer.Ordinal);
        var behind = live.FindBehind(ends).ToHashSet(StringComparer.Ordinal);
        if (others is not null)
        {
            behind.UnionWith(await others.FindBehindAsync(ends));
        }

        return behind;
    }

    private AccountTail TailOf(string account)
    {
        if (!_tails.TryGetValue(account, out var tail))
        {
            _tails.Add(account, tail = new AccountTail(account));
        }

        return tail;
    }

    /// <summary>Reads further in the accounts that do not have everything yet.</summary>
    private async Task<HashSet<long>> ReadAsync(int shard, List<Open> open, CancellationToken cancellation)
    {
        var missing = new HashSet<long>();
        if (open.Count == 0)
        {
            return missing;
        }

        var accounts = open.ConvertAll(static one => one.Tail.Account);
        var ends = await SoundReads.ReadLastAsync(ledger, accounts, cancellation);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(async _ =>
        {
            while (next < open.Count)
            {
                var at = next++;
                await ReadAsync(shard, open[at], ends[at]?.Sequence ?? 0, cancellation);
                missing.UnionWith(open[at].Missing);
            }
        }));
        return missing;
    }

    private async Task ReadAsync(int shard, Open open, long end, CancellationToken cancellation)
    {
        var (question, tail) = (open.Question, open.Tail);
        try
        {
            await tail.ReadOnAsync(ledger, end, cancellation);
            open.Missing = question.Missing(shard, tail);
            while (open.Missing.Count > 0 && await tail.ReadBackAsync(ledger, question.SinceMs, cancellation))
            {
                open.Missing = question.Missing(shard, tail);
            }
        }
        catch (CorruptRecordException)
        {
            // Nobody knows what else it has: its deals are credited again, and those of others are not held up.
        }
    }

    private sealed class Open(HeldQuestion question, AccountTail tail, List<long> missing)
    {
        public HeldQuestion Question => question;

        public AccountTail Tail => tail;

        public List<long> Missing { get; set; } = missing;
    }
}

/// <summary>Which revisions of a shard's events an account is asked for.</summary>
/// <param name="account">The account's name.</param>
internal sealed class HeldQuestion(string account)
{
    private readonly List<(long Number, long Revision)> _asked = [];

    /// <summary>The account's name.</summary>
    public string Account => account;

    /// <summary>When the first of the events was logged, milliseconds since 1970 UTC.</summary>
    public long SinceMs { get; private set; } = long.MaxValue;

    /// <summary>The numbers of all events that were asked for.</summary>
    public IEnumerable<long> Numbers => _asked.Select(static one => one.Number);

    /// <summary>Asks for one more.</summary>
    public void Add(LoggedHead logged, long revision)
    {
        _asked.Add((logged.Number, revision));
        SinceMs = Math.Min(SinceMs, logged.Record.RecordedAt.ToUnixTimeMilliseconds());
    }

    /// <summary>The numbers of the events that the account does not have, as far as it was read.</summary>
    public List<long> Missing(int shard, AccountTail tail)
    {
        var missing = new List<long>();
        foreach (var (number, revision) in _asked)
        {
            if (!tail.Has(shard, number, revision))
            {
                missing.Add(number);
            }
        }

        return missing;
    }
}
