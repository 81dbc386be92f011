using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>An append to an account, waiting.</summary>
internal sealed class LedgerAppend(
    string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    : PendingWrite<LedgerAppendResult>(payloads.Sum(payload => (long)payload.Length))
{
    public string Account => account;

    public long ExpectedSequence => expectedSequence;

    public byte[][] Records { get; } = [.. payloads.Select(Payloads.ToArray)];
}

/// <summary>
/// Appends to accounts; other processes show as <see cref="LogBatch"/> says. Where an account ends is asked only where
/// the writer's memory does not bear out what the caller expects: nobody else's record can be where the next one goes
/// unnoticed, and of an account that is expected to be new there is nothing to ask.
/// </summary>
internal sealed class LedgerBatch : IBatch
{
    private const int MostRemembered = 65_536;

    private const string Heads = """
        SELECT k.account, l.sequence FROM unnest($1) AS k(account) CROSS JOIN LATERAL (
          SELECT sequence FROM commission.ledger WHERE account = k.account ORDER BY sequence DESC LIMIT 1) l
        """;

    private const string Insert = """
        INSERT INTO commission.ledger(account, sequence, checksum, payload) SELECT * FROM unnest($1, $2, $3, $4)
        """;

    private readonly IReadOnlyList<LedgerAppend> _operations;
    private readonly Dictionary<string, long> _heads;
    private readonly bool _isSure;
    private readonly List<Row> _rows = [];

    /// <summary>An attempt.</summary>
    /// <param name="operations">In their order.</param>
    /// <param name="heads">What the writer remembers: it is corrected and added to.</param>
    /// <param name="isSure">Whether what it remembers was committed; else it is forgotten.</param>
    public LedgerBatch(IReadOnlyList<LedgerAppend> operations, Dictionary<string, long> heads, bool isSure)
    {
        (_operations, _heads, _isSure) = (operations, heads, isSure);
        if (!isSure || heads.Count > MostRemembered)
        {
            heads.Clear();
        }
    }

    public void Ask(NpgsqlBatch questions)
    {
        var accounts = _operations.Where(IsQuestion).Select(operation => operation.Account)
            .Distinct(StringComparer.Ordinal).ToArray();
        if (accounts.Length > 0)
        {
            Array.ForEach(accounts, account => _heads.Remove(account));
            questions.BatchCommands.Add(new NpgsqlBatchCommand(Heads).With(accounts));
        }
    }

    public void Read(NpgsqlDataReader answers)
    {
        while (answers.Read())
        {
            _heads.Add(answers.GetString(0), answers.GetInt64(1));
        }
    }

    public void Decide()
    {
        foreach (var operation in _operations)
        {
            operation.Decide(Decide(operation));
        }
    }

    public void Write(NpgsqlBatch changes)
    {
        // Records of one account stay in the order of their numbers: this sort is stable.
        var ordered = _rows.OrderBy(row => row.Account, StringComparer.Ordinal).ToList();
        foreach (var rows in Commands.Statements(ordered, static row => row.Payload))
        {
            changes.BatchCommands.Add(new NpgsqlBatchCommand(Insert)
                .With(rows, row => row.Account)
                .With(rows, row => row.Sequence)
                .With(rows, row => Checksums.OfLedger(row.Account, row.Sequence, row.Payload))
                .With(rows, row => row.Payload));
        }
    }

    /// <summary>An append of nothing is one, too: no key would tell that another process wrote.</summary>
    private bool IsQuestion(LedgerAppend operation) => !_isSure || operation.Records.Length == 0
        || operation.ExpectedSequence != _heads.GetValueOrDefault(operation.Account);

    private LedgerAppendResult Decide(LedgerAppend operation)
    {
        var sequence = _heads.GetValueOrDefault(operation.Account);
        if (sequence != operation.ExpectedSequence)
        {
            return new LedgerAppendResult.Fenced(sequence);
        }

        foreach (var record in operation.Records)
        {
            sequence++;
            _rows.Add(new Row(operation.Account, sequence, record));
        }

        _heads[operation.Account] = sequence;
        return new LedgerAppendResult.Appended(sequence);
    }

    private sealed record Row(string Account, long Sequence, byte[] Payload);
}
