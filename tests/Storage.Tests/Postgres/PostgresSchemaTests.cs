using Commission.Storage.Postgres;
using Npgsql;

namespace Commission.Storage.Tests.Postgres;

/// <summary>Migrations, and whom a store refuses to serve.</summary>
public sealed class PostgresSchemaTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_NewDatabaseFromSeveralPlaces_IsDoneOnce()
    {
        await using var database = await TemporaryDatabase.CreateAsync("template0");

        var formats = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => PostgresSchema.MigrateAsync(database.Address, Ct))));

        var now = PostgresSchema.Migrations.Count;
        Assert.Single(formats, new PostgresFormat(0, now));
        Assert.Equal(3, formats.Count(format => format == new PostgresFormat(now, now)));
        await using var store = await database.OpenAsync();
        Assert.Equal(0, await store.ReadHeadAsync(0, Ct));
    }

    [Fact]
    public async Task Migrate_OlderFormat_AppliesTheMissingStepsAndTheStoreAsksForThem()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        List<PostgresMigration> migrations =
        [
            .. PostgresSchema.Migrations,
            new(PostgresSchema.Migrations.Count + 1, "add", "CREATE TABLE commission.extra(x int)"),
            new(PostgresSchema.Migrations.Count + 2, "fill", "INSERT INTO commission.extra VALUES(7)"),
        ];

        await PostgresSchema.MigrateAsync(PostgresAddress.Parse(database.Address), migrations, Ct);

        Assert.Equal(7, await database.ExecuteAsync("SELECT x FROM commission.extra"));
        var newer = await Assert.ThrowsAsync<StoreFormatException>(() => database.OpenAsync());
        Assert.Contains($"format {migrations.Count}", newer.Message, StringComparison.Ordinal);
        Assert.Contains("`commission store migrate`", newer.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreFormatException>(() => PostgresSchema.MigrateAsync(database.Address, Ct));
    }

    [Fact]
    public async Task Migrate_FormatBeforeTheCluster_GetsTheTablesOfOrleansOnce()
    {
        await using var database = await TemporaryDatabase.CreateAsync("template0");
        var address = PostgresAddress.Parse(database.Address);
        await PostgresSchema.MigrateAsync(address, [PostgresSchema.Migrations[0]], Ct);
        var older = await Assert.ThrowsAsync<StoreFormatException>(() => database.OpenAsync());
        Assert.Contains("format 1", older.Message, StringComparison.Ordinal);
        Assert.Contains("`commission store migrate`", older.Message, StringComparison.Ordinal);

        var now = PostgresSchema.Migrations.Count;
        Assert.Equal(new PostgresFormat(1, now), await PostgresSchema.MigrateAsync(database.Address, Ct));
        await database.ExecuteAsync(
            "INSERT INTO commission_orleans.membership_version(deployment_id, version) VALUES('c', 7)");
        Assert.Equal(new PostgresFormat(now, now), await PostgresSchema.MigrateAsync(database.Address, Ct));

        Assert.Equal(7, await database.ExecuteAsync("SELECT version FROM commission_orleans.membership_version"));
        await database.OpenAsync();
    }

    [Fact]
    public async Task ForOrleans_AsItsProvidersConnect_FindsTheirStatementsAndNothingOfOurs()
    {
        await using var database = await TemporaryDatabase.BorrowAsync();
        await using var connection = new NpgsqlConnection(PostgresAddress.Parse(database.Address).ForOrleans());
        await connection.OpenAsync(Ct);

        await using var statements = new NpgsqlCommand("SELECT count(*) FROM OrleansQuery", connection);
        Assert.Equal(20L, await statements.ExecuteScalarAsync(Ct));
        await using var ours = new NpgsqlCommand("SELECT count(*) FROM deal_log", connection);
        var unknown = await Assert.ThrowsAsync<PostgresException>(() => ours.ExecuteScalarAsync(Ct));
        Assert.Equal(PostgresErrorCodes.UndefinedTable, unknown.SqlState);
    }

    [Fact]
    public async Task Migrate_StepFails_LeavesTheOldFormat()
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        List<PostgresMigration> migrations =
        [
            .. PostgresSchema.Migrations,
            new(PostgresSchema.Migrations.Count + 1, "add", "CREATE TABLE commission.extra(x int)"),
            new(PostgresSchema.Migrations.Count + 2, "wrong", "INSERT INTO commission.missing VALUES(7)"),
        ];

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => PostgresSchema.MigrateAsync(PostgresAddress.Parse(database.Address), migrations, Ct));

        Assert.Equal(DBNull.Value, await database.ExecuteAsync("SELECT to_regclass('commission.extra')::text"));
        await database.OpenAsync();
    }

    [Theory]
    [InlineData("DELETE FROM commission.schema_migrations", "format 0")]
    [InlineData("DROP SCHEMA commission CASCADE", "no tables")]
    [InlineData("UPDATE commission.schema_migrations SET checksum = 'other'", "another migration 1")]
    public async Task Open_OtherFormat_IsRefusedAndNamesTheRemedy(string change, string reason)
    {
        await using var database = await TemporaryDatabase.CreateAsync();
        await database.ExecuteAsync(change);

        var error = await Assert.ThrowsAsync<StoreFormatException>(() => database.OpenAsync());

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("`commission store migrate`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_DatabaseNotInUtf8_IsRefused()
    {
        await using var database = await TemporaryDatabase.CreateAsync("template0", "ENCODING 'LATIN1'");

        var error = await Assert.ThrowsAsync<StoreFormatException>(
            () => PostgresSchema.MigrateAsync(database.Address, Ct));

        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_OfEveryKind_NeverShowThePassword()
    {
        const string Secret = "hunter2-s3cret";
        string[] unreachable = [$"postgres://ann:{Secret}@127.0.0.1:1/db", $"Host=127.0.0.1;Port=1;Password={Secret}"];
        foreach (var address in unreachable)
        {
            var options = new PostgresStoreOptions { ConnectionString = address };
            Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => PostgresSchema.MigrateAsync(address, Ct));
            Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
            Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        }

        foreach (var wrong in new[] { $"postgres://ann:{Secret}", $"Host=x;Password=a;{Secret}", $"{Secret}=1;Host=a" })
        {
            Assert.Equal(
                "no address of a PostgreSQL database",
                new PostgresStoreOptions { ConnectionString = wrong }.ToString());
            var error = await Assert.ThrowsAsync<ArgumentException>(() => PostgresSchema.MigrateAsync(wrong, Ct));
            Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("postgres://ann:p%40ss@db:6000/pay%20roll?sslmode=disable", "database pay roll on db:6000")]
    [InlineData("postgresql://ann@db.example/pay", "database pay on db.example:5432")]
    [InlineData("Host=db.example;Database=pay;Username=ann;Password=p", "database pay on db.example:5432")]
    public void Address_UriOrKeys_IsRead(string text, string description) =>
        Assert.Equal(description, PostgresAddress.Parse(text).Description);

    [Theory]
    [InlineData("data/commission.db")]
    [InlineData("")]
    [InlineData("Database=pay")]
    public void Address_NameOfAFile_IsNone(string text) => Assert.False(PostgresAddress.IsOne(text));

    [Fact]
    public void Migrations_ByTheirFiles_AreNumberedWithoutGaps()
    {
        Assert.Equal(
            Enumerable.Range(1, PostgresSchema.Migrations.Count),
            PostgresSchema.Migrations.Select(migration => migration.Version));
        Assert.All(PostgresSchema.Migrations, migration => Assert.Equal(64, migration.Checksum.Length));
    }
}
