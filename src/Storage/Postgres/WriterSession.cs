using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>A writer's connection, and the transactions on it.</summary>
internal sealed class WriterSession : IDisposable
{
    // One snapshot for all questions: what is decided without writing (a refusal, a duplicate) is so at one moment.
    private const string Begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    private readonly NpgsqlConnection _connection;

    private bool _begun;

    private WriterSession(NpgsqlConnection connection) => _connection = connection;

    public static WriterSession Open(NpgsqlDataSource source) => new(source.OpenConnection());

    /// <summary>Begins the batch's transaction and reads what the batch depends on, if that is anything.</summary>
    public void Ask(IBatch work)
    {
        using var batch = _connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
        work.Ask(batch);
        _begun = batch.BatchCommands.Count > 1;
        if (!_begun)
        {
            return;
        }

        using var answers = batch.ExecuteReader();
        work.Read(answers);
    }

    /// <summary>Writes what the batch changes; it is durable when this returns.</summary>
    public void Commit(IBatch work)
    {
        using var batch = _connection.CreateBatch();
        if (!_begun)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Begin));
        }

        work.Write(batch);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        batch.ExecuteNonQuery();
    }

    public void Rollback()
    {
        using var rollback = new NpgsqlCommand("ROLLBACK", _connection);
        rollback.ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();
}
