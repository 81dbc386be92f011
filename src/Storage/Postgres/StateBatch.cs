using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>A write of a state, or its clearing, waiting.</summary>
/// <param name="key">Which state.</param>
/// <param name="etag">The one that must be current.</param>
/// <param name="state">Null clears.</param>
internal sealed class StateWrite(StateKey key, string? etag, byte[]? state)
    : PendingWrite<StateWriteResult>(state?.Length ?? 0)
{
    public StateKey Key => key;

    public string? Etag => etag;

    public byte[]? State => state;
}

/// <summary>A state's identity.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StateKey(string Name, string Key);

/// <summary>
/// Writes and clears states. A cleared one leaves its version behind, so that no etag comes twice. Where another
/// process was faster, the database fails the update, and the batch is decided anew.
/// </summary>
internal sealed class StateBatch(IReadOnlyList<StateWrite> operations) : IBatch
{
    private const string Current = """
        SELECT s.name, s.key, s.version, s.state IS NULL FROM unnest($1, $2) AS k(name, key)
        JOIN commission.grain_state s ON s.name = k.name AND s.key = k.key
        """;

    private const string Put = """
        INSERT INTO commission.grain_state(name, key, version, checksum, state)
        SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT (name, key)
        DO UPDATE SET version = excluded.version, checksum = excluded.checksum, state = excluded.state
        """;

    private readonly Dictionary<StateKey, Stored> _states = [];
    private readonly Dictionary<StateKey, Row> _rows = [];

    public static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    public void Ask(NpgsqlBatch questions)
    {
        var keys = operations.Select(operation => operation.Key).Distinct().ToList();
        questions.BatchCommands.Add(new NpgsqlBatchCommand(Current)
            .With(keys, key => key.Name).With(keys, key => key.Key));
    }

    public void Read(NpgsqlDataReader answers)
    {
        while (answers.Read())
        {
            var key = new StateKey(answers.GetString(0), answers.GetString(1));
            _states.Add(key, new Stored(answers.GetInt64(2), answers.GetBoolean(3)));
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
        var ordered = _rows.Values.OrderBy(row => row.Key.Name, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Key, StringComparer.Ordinal).ToList();
        foreach (var rows in Commands.Statements(ordered, static row => row.State))
        {
            changes.BatchCommands.Add(new NpgsqlBatchCommand(Put)
                .With(rows, row => row.Key.Name)
                .With(rows, row => row.Key.Key)
                .With(rows, row => row.Version)
                .With(rows, row => row.Checksum)
                .With(rows, row => row.State));
        }
    }

    private StateWriteResult Decide(StateWrite operation)
    {
        var stored = _states.GetValueOrDefault(operation.Key, new Stored(0, IsCleared: true));
        var actual = stored.IsCleared ? null : Etag(stored.Version);
        if (actual != operation.Etag)
        {
            return new StateWriteResult.Conflict(actual);
        }

        if (operation.State is null && stored.IsCleared)
        {
            return new StateWriteResult.Written(null);
        }

        var version = stored.Version + 1;
        _states[operation.Key] = new Stored(version, operation.State is null);
        _rows[operation.Key] = new Row(operation.Key, version, operation.State);
        return new StateWriteResult.Written(operation.State is null ? null : Etag(version));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Stored(long Version, bool IsCleared);

    private sealed record Row(StateKey Key, long Version, byte[]? State)
    {
        public int Checksum => State is null ? 0 : Checksums.OfState(Key.Name, Key.Key, Version, State);
    }
}
