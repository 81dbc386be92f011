using Npgsql;

namespace Commission.Storage.Tests.Postgres;

/// <summary>Another process in the middle of its transaction.</summary>
internal sealed class HeldTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    public static async Task<HeldTransaction> BeginAsync(TemporaryDatabase database, string sql)
    {
        var connection = new NpgsqlConnection(database.Address + ";Pooling=false");
        await connection.OpenAsync();
        var held = new HeldTransaction(connection, await connection.BeginTransactionAsync());
        await held.ExecuteAsync(sql);
        return held;
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    public Task RollbackAsync() => _transaction.RollbackAsync();

    /// <summary>False when the server broke this transaction to end a deadlock.</summary>
    public async Task<bool> TryExecuteAsync(string sql)
    {
        try
        {
            await ExecuteAsync(sql);
            return true;
        }
        catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    /// <summary>Returns when somebody waits for this transaction.</summary>
    public async Task UntilWaitedForAsync()
    {
        const string Waiting =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid";
        while (await ExecuteAsync(Waiting) is 0L)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
#pragma warning disable CA2100 // the tests' own constants
        await using var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
