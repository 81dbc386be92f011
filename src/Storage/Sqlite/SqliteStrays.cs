using Commission.Storage.Upkeep;
using Microsoft.Data.Sqlite;

namespace Commission.Storage.Sqlite;

/// <summary>Rows of a file that no other row leads to.</summary>
internal static class SqliteStrays
{
    // An index on the accounts' ids is not needed otherwise, so this makes one in memory: only where the counts differ.
    private const string EntriesOfNone = """
        SELECT position >> 32, position & 4294967295 FROM ledger
        WHERE position >> 32 NOT IN (SELECT id FROM accounts) ORDER BY position
        """;

    private const string EntriesReached = """
        SELECT (SELECT count(*) FROM ledger) = (SELECT ifnull(sum(
          (SELECT count(*) FROM ledger l WHERE l.position >= a.id << 32 AND l.position <= a.id << 32 | 4294967295)), 0)
        FROM accounts a)
        """;

    private const string AccountsOfNone = """
        SELECT a.name FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM ledger l
          WHERE l.position >= a.id << 32 AND l.position <= a.id << 32 | 4294967295) ORDER BY a.name
        """;

    private const string RowsMissing = """
        SELECT before + 1, id - 1 FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS before FROM ledger)
        WHERE id <> before + 1
        """;

    private const string DocumentsOfNone = """
        SELECT position >> 43, position & 8796093022207 FROM catalog
        WHERE position >> 43 NOT IN (SELECT id FROM tenants) ORDER BY position
        """;

    private const string LatestOfNone = """
        SELECT ifnull(t.name, ''), l.kind, l.id FROM catalog_latest l LEFT JOIN tenants t ON t.id = l.tenant
        WHERE NOT EXISTS (SELECT 1 FROM catalog c WHERE c.tenant = l.tenant AND c.kind = l.kind AND c.id = l.id)
        """;

    public static IEnumerable<StoreProblem> Of(SqliteConnection connection) =>
        Rows(connection, AccountsOfNone, row => new StoreProblem(
                "accounts", $"account {row.Text(0)}", 0, "the account has no records"))
            .Concat(UnreachedEntries(connection))

            // The rows are numbered in the order of their arrival as well: the only trace of an account's last ones.
            .Concat(Rows(connection, RowsMissing, row => new StoreProblem(
                "ledger", "", row.Int64(0), FormattableString.Invariant(
                    $"rows {row.Int64(0)} to {row.Int64(1)} of the table, in the order of arrival, are missing"))))
            .Concat(Rows(connection, DocumentsOfNone, row => new StoreProblem(
                "catalog", FormattableString.Invariant($"tenant with id {row.Int64(0)}"), row.Int64(1),
                "the tenant of the record is missing")))
            .Concat(Rows(connection, LatestOfNone, row => Strays.OfLatest(row.Text(0), row.Text(1), row.Text(2))));

    private static IEnumerable<StoreProblem> UnreachedEntries(SqliteConnection connection)
    {
        using var counts = new Statement(connection, EntriesReached);
        return counts.Step() && counts.Int64(0) != 0
            ? []
            : Rows(connection, EntriesOfNone, row => new StoreProblem(
                "ledger", FormattableString.Invariant($"account with id {row.Int64(0)}"), row.Int64(1),
                "the account of the record is missing"));
    }

    private static IEnumerable<StoreProblem> Rows(
        SqliteConnection connection, string sql, Func<Statement, StoreProblem> read)
    {
        using var row = new Statement(connection, sql);
        while (row.Step())
        {
            yield return read(row);
        }
    }
}
