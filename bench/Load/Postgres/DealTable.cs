using Npgsql;
using NpgsqlTypes;

namespace Commission.Load.Postgres;

/// <summary>
/// What people would do instead: deals in a table, and the payee's pay computed from them by a query whenever one
/// comes in. Everything is in its favour: numbers for ids, cents for money, one table of deals without foreign keys,
/// territories, managers or splits, a result that nobody stores, one round trip and one sync for an event, every
/// statement prepared.
/// </summary>
internal sealed class DealTable : IAsyncDisposable
{
    // The key: an event that comes twice is recorded once, as the silo does.
    // by_payee: the window's deals of one payee lie next to each other in it, and it has all that the query reads, so
    // that this never looks at the table (an index-only scan, where the pages are known to be visible to all).
    // The keys of the small tables: one row each is read from quotas, a few from the others.
    private const string Tables = """
        CREATE TABLE deals(
          event_id text COLLATE "C" PRIMARY KEY,
          payee integer NOT NULL,
          credited date NOT NULL,
          cents bigint NOT NULL);
        CREATE INDEX by_payee ON deals(payee, credited) INCLUDE (cents);
        CREATE TABLE quotas(
          payee integer PRIMARY KEY, first_day date NOT NULL, last_day date NOT NULL, quota numeric NOT NULL);
        CREATE TABLE tiers(from_part numeric PRIMARY KEY, to_part numeric, rate numeric NOT NULL);
        CREATE TABLE factors(from_part numeric PRIMARY KEY, factor numeric NOT NULL);
        INSERT INTO tiers VALUES
          (0, 0.5, 0.03), (0.5, 0.8, 0.05), (0.8, 1, 0.08), (1, 1.2, 0.10), (1.2, NULL, 0.12);
        INSERT INTO factors VALUES (0, 1), (0.8, 1.1);
        """;

    // The window's total once, then five tiers and two factors. round() takes halves away from zero, as the plan does.
    private const string Query = """
        SELECT sums.total, CASE WHEN sums.total > 0 THEN round(paid.amount * chosen.factor, 2) ELSE 0 END
        FROM quotas q
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(d.cents), 0) * 0.01 AS total FROM deals d
          WHERE d.payee = q.payee AND d.credited BETWEEN q.first_day AND q.last_day) sums
        CROSS JOIN LATERAL (
          SELECT sum((least(sums.total, t.to_part * q.quota) - t.from_part * q.quota) * t.rate) AS amount
          FROM tiers t WHERE t.from_part * q.quota < sums.total) paid
        LEFT JOIN LATERAL (
          SELECT f.factor FROM factors f WHERE f.from_part * q.quota <= sums.total
          ORDER BY f.from_part DESC LIMIT 1) chosen ON true
        WHERE q.payee = $1
        """;

    private const string Insert = """
        INSERT INTO deals(event_id, payee, credited, cents) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
        """;

    private readonly LoadDatabase _database;
    private readonly NpgsqlDataSource _source;

    private DealTable(LoadDatabase database, NpgsqlDataSource source) => (_database, _source) = (database, source);

    /// <summary>Makes the tables.</summary>
    /// <param name="database">Without any; it ends with this.</param>
    /// <param name="payees">How many payees.</param>
    /// <param name="quota">Of each for the year 2020, in USD.</param>
    public static async Task<DealTable> CreateAsync(LoadDatabase database, int payees, long quota)
    {
        var source = NpgsqlDataSource.Create(database.Address);
        await using var tables = source.CreateCommand(Tables);
        await tables.ExecuteNonQueryAsync();
        await using var quotas = source.CreateCommand(
            "INSERT INTO quotas SELECT payee, '2020-01-01', '2020-12-31', $2 FROM generate_series(0, $1 - 1) payee");
        quotas.Parameters.Add(new NpgsqlParameter<int> { TypedValue = payees });
        quotas.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = quota });
        await quotas.ExecuteNonQueryAsync();
        return new DealTable(database, source);
    }

    /// <summary>Adds deals without computing anything.</summary>
    public async Task FillAsync(IEnumerable<SoldDeal> deals)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY deals(event_id, payee, credited, cents) FROM STDIN (FORMAT BINARY)");
        foreach (var deal in deals)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(deal.Id, NpgsqlDbType.Text);
            await copy.WriteAsync(deal.Payee, NpgsqlDbType.Integer);
            await copy.WriteAsync(deal.Credited, NpgsqlDbType.Date);
            await copy.WriteAsync(deal.Cents, NpgsqlDbType.Bigint);
        }

        await copy.CompleteAsync();
    }

    /// <summary>What autovacuum does sooner or later: the query reads the index only, and the planner knows.</summary>
    /// <exception cref="InvalidOperationException">The query doesn't read the index only.</exception>
    public async Task VacuumAsync()
    {
        await using var vacuum = _source.CreateCommand("VACUUM (ANALYZE) deals, quotas, tiers, factors");
        await vacuum.ExecuteNonQueryAsync();
        await using var explain = _source.CreateCommand(
            "EXPLAIN (ANALYZE) " + Query.Replace("$1", "0", StringComparison.Ordinal));
        var plan = new List<string>();
        await using var lines = await explain.ExecuteReaderAsync();
        while (await lines.ReadAsync())
        {
            plan.Add(lines.GetString(0));
        }

        if (!plan.Exists(line => line.Contains("Index Only Scan using by_payee", StringComparison.Ordinal)))
        {
            throw new InvalidOperationException("The index is not all that is read:\n" + string.Join('\n', plan));
        }
    }

    /// <summary>A connection that has prepared the statements.</summary>
    public async Task<DealConnection> ConnectAsync() =>
        await DealConnection.PrepareAsync(await _source.OpenConnectionAsync(), Insert, Query);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }
}
