using Npgsql;

namespace Commission.Load.Postgres;

/// <summary>A deal of one owner.</summary>
/// <param name="Id">Of its only event.</param>
/// <param name="Payee">Who sold it.</param>
/// <param name="Credited">When.</param>
/// <param name="Cents">Its amount, in hundredths of a USD.</param>
internal sealed record SoldDeal(string Id, int Payee, DateOnly Credited, long Cents);

/// <summary>A payee's year.</summary>
/// <param name="Credited">In USD.</param>
/// <param name="Earned">To date, in USD.</param>
internal sealed record YearToDate(decimal Credited, decimal Earned);

/// <summary>A connection to <see cref="DealTable"/>; for one caller at a time.</summary>
internal sealed class DealConnection : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _record;
    private readonly NpgsqlCommand _query;
    private readonly NpgsqlParameter<string> _id = new();
    private readonly NpgsqlParameter<int> _owner = new();
    private readonly NpgsqlParameter<DateOnly> _credited = new();
    private readonly NpgsqlParameter<long> _cents = new();
    private readonly NpgsqlParameter<int> _recomputed = new();
    private readonly NpgsqlParameter<int> _asked = new();

    private DealConnection(NpgsqlConnection connection, string insert, string query)
    {
        _connection = connection;
#pragma warning disable CA2100 // constants of the table
        _record = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(insert) { Parameters = { _id, _owner, _credited, _cents } },
                new NpgsqlBatchCommand(query) { Parameters = { _recomputed } },
            },
        };
        _query = new NpgsqlCommand(query, connection) { Parameters = { _asked } };
#pragma warning restore CA2100
    }

    /// <summary>Prepares the statements.</summary>
    public static async Task<DealConnection> PrepareAsync(NpgsqlConnection connection, string insert, string query)
    {
        var prepared = new DealConnection(connection, insert, query);
        prepared._id.TypedValue = "";
        await prepared._record.PrepareAsync();
        await prepared._query.PrepareAsync();
        return prepared;
    }

    /// <summary>Inserts a deal and recomputes its owner's pay: one transaction and one round trip.</summary>
    public async Task<YearToDate> RecordAsync(SoldDeal deal)
    {
        (_id.TypedValue, _owner.TypedValue, _credited.TypedValue, _cents.TypedValue) =
            (deal.Id, deal.Payee, deal.Credited, deal.Cents);
        _recomputed.TypedValue = deal.Payee;
        await using var reader = await _record.ExecuteReaderAsync();
        return await ReadAsync(reader);
    }

    /// <summary>Recomputes a payee's pay.</summary>
    public async Task<YearToDate> RecomputeAsync(int payee)
    {
        _asked.TypedValue = payee;
        await using var reader = await _query.ExecuteReaderAsync();
        return await ReadAsync(reader);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _record.DisposeAsync();
        await _query.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task<YearToDate> ReadAsync(NpgsqlDataReader reader) => await reader.ReadAsync()
        ? new YearToDate(reader.GetDecimal(0), reader.GetDecimal(1))
        : throw new InvalidOperationException("The payee has no quota.");
}
