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

/// <summary>Appends to accounts; other processes show as <see cref="LogBatch"/> says.</summary>
internal sealed class LedgerBatch(IReadOnlyList<LedgerAppend> operations) : IBatch
{
    private const string Heads = """
        SELECT k.account, l.sequence FROM unnest($1) AS k(account) CROSS JOIN LATERAL (
          SELECT sequence FROM commission.ledger WHERE account = k.account ORDER BY sequence DESC LIMIT 1) l
        """;

    private const string Insert = """
        INSERT INTO commission.ledger(account, sequence, checksum, payload) SELECT * FROM unnest($1, $2, $3, $4)
        """;

    private readonly Dictionary<string, long> _heads = new(StringComparer.Ordinal);
    private readonly List<Row> _rows = [];

    public void Ask(NpgsqlBatch questions)
    {
        var accounts = operations.Select(operation => operation.Account).Distinct(StringComparer.Ordinal).ToArray();
        questions.BatchCommands.Add(new NpgsqlBatchCommand(Heads).With(accounts));
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
        foreach (var operation in operations)
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
