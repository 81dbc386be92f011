using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>
/// One attempt at a batch of operations: ask for what they depend on, decide each in its order, write what they
/// change. Questions, where there are any, and changes are one round trip each.
/// </summary>
internal interface IBatch
{
    /// <summary>Adds the questions.</summary>
    void Ask(NpgsqlBatch questions);

    /// <summary>Reads the answers, standing before the first row of the first.</summary>
    void Read(NpgsqlDataReader answers);

    /// <summary>Gives every operation its result.</summary>
    void Decide();

    /// <summary>Adds the changes; none when every operation was refused.</summary>
    void Write(NpgsqlBatch changes);
}

/// <summary>Commands with positional parameters.</summary>
internal static class Commands
{
    /// <summary>How many bytes of payload one statement carries; a message of PostgreSQL's ends at 1 GiB.</summary>
    private const long BytesPerStatement = 64 << 20;

    /// <summary>Adds the next parameter.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>Adds the next parameter.</summary>
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>A parameter of the rows' values of one column.</summary>
    public static NpgsqlBatchCommand With<TRow, T>(
        this NpgsqlBatchCommand command, IReadOnlyList<TRow> rows, Func<TRow, T> column) =>
        command.With(rows.Select(column).ToArray());

    /// <summary>The rows in runs that fit a statement.</summary>
    public static IEnumerable<IReadOnlyList<TRow>> Statements<TRow>(
        IReadOnlyList<TRow> rows, Func<TRow, byte[]?> payload)
    {
        var run = new List<TRow>();
        var bytes = 0L;
        foreach (var row in rows)
        {
            var size = payload(row)?.Length ?? 0;
            if (run.Count > 0 && bytes + size > BytesPerStatement)
            {
                yield return run;
                (run, bytes) = ([], 0);
            }

            run.Add(row);
            bytes += size;
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
