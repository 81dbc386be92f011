using System.Globalization;
using Commission.Client.Import;
using Commission.Client.Text;
using Microsoft.Data.Sqlite;

namespace Commission.Client.Tests;

/// <summary>
/// The sample's figures, told by SQL over the CSV files, which shares no code with the importer; and the importer's
/// deals, which must come to the same.
/// </summary>
public sealed class SampleTests : IClassFixture<SampleTests.Database>
{
    private readonly Database _database;

    public SampleTests(Database database) => _database = database;

    [Theory]
    [InlineData("orders", 57_851, 3_616, 7_754_857_020)]
    [InlineData("orders-2020-06", 3_004, 180, 342_915_001)]
    public void Orders_Totals_AreThoseStated(string table, long lines, long orders, long cents) =>
        Assert.Equal(
            $"{lines}|{orders}|{cents}",
            Assert.Single(_database.Query(
                $"select count(*), count(distinct \"order\"), sum({Database.Cents("amount")}) from \"{table}\"")));

    [Fact]
    public void Orders_LinesOutsideAssignedTerritories_AreThoseStated() =>
        Assert.Equal("19169", Assert.Single(_database.Query("""
            select count(*) from orders as o where not exists (
              select 1 from "rep-territories" as t where t.rep = o.rep and t.territory = o.territory)
            """)));

    [Fact]
    public void Orders_NoCell_IsEmpty() =>
        Assert.Equal("0", Assert.Single(_database.Query(
            "select count(*) from orders where cost in ('', 'NULL') or amount = '' or rep = '' or category = ''")));

    [Theory]
    [InlineData("rep", 17)]
    [InlineData("territory", 10)]
    [InlineData("territory_group", 3)]
    public void Deals_SumsByColumn_EqualSql(string column, int count)
    {
        var expected = _database.Query(
            $"select {column}, sum({Database.Cents("amount")}) from orders group by 1 order by 1");

        var actual = _database.Deals
            .GroupBy(deal => column == "rep" ? deal.Owners[0].Rep : deal.Fields[column], StringComparer.Ordinal)
            .OrderBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => $"{same.Key}|{Decimals.ToText(same.Sum(deal => Decimals.FromMoney(deal.Amount)) * 100)}");

        Assert.Equal(count, expected.Count);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Deals_CategoriesMarginAndQuantity_EqualSql()
    {
        var expected = _database.Query($"""
            select "order", sum({Database.Cents("amount")} - {Database.Cents("cost")}), sum(quantity), count(*),
              sum(case when category = 'accessories' then {Database.Cents("amount")} else 0 end)
            from orders group by 1 order by 1
            """);

        var actual = _database.Deals.OrderBy(deal => deal.Deal_, StringComparer.Ordinal).Select(deal => string.Join('|',
            deal.Deal_, Decimals.ToText(Decimals.FromMoney(deal.Margin) * 100), deal.Quantity, deal.Fields["lines"],
            Decimals.ToText(Number(deal.Fields.GetValueOrDefault("accessories_amount", "0")) * 100)));

        Assert.Equal(expected, actual);
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The CSV files as tables, in memory; and the importer's deals.</summary>
    public sealed class Database : IDisposable
    {
        private readonly SqliteConnection _connection = new("Data Source=:memory:");

        public Database()
        {
            _connection.Open();
            foreach (var table in new[] { "orders", "orders-2020-06", "rep-territories" })
            {
                Load(table);
            }

            var mapping = MappingFormat.Load(Scratch.Sample("mapping.yaml")).Value!;
            Deals = [.. DealFile.Read(Scratch.Sample("orders.csv"), mapping)
                .Select(row => Assert.IsType<ImportRow.Accepted>(row).Request.Deal)];
        }

        public IReadOnlyList<Contracts.V1.Deal> Deals { get; }

        /// <summary>Exact whole cents of a text with at most two decimals.</summary>
        public static string Cents(string column) => $"cast(round({column} * 100) as integer)";

        public List<string> Query(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)));
            }

            return rows;
        }

        public void Dispose() => _connection.Dispose();

        private void Load(string table)
        {
            var lines = File.ReadAllLines(Scratch.Sample(table + ".csv"));
            var columns = lines[0].Split(',');
            Run($"create table \"{table}\" ({string.Join(", ", columns.Select(name => $"\"{name}\" text"))})");
            using var transaction = _connection.BeginTransaction();
            using var insert = _connection.CreateCommand();
            insert.CommandText =
                $"insert into \"{table}\" values ({string.Join(", ", columns.Select((_, i) => $"$c{i}"))})";
            foreach (var i in Enumerable.Range(0, columns.Length))
            {
                insert.Parameters.Add($"$c{i}", SqliteType.Text);
            }

            foreach (var cells in lines.Skip(1).Select(Split))
            {
                Assert.Equal(columns.Length, cells.Count);
                for (var i = 0; i < cells.Count; i++)
                {
                    insert.Parameters[i].Value = cells[i];
                }

                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        private void Run(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        private static List<string> Split(string line)
        {
            var cells = new List<string> { "" };
            var quoted = false;
            foreach (var c in line)
            {
                if (c == '"')
                {
                    quoted = !quoted;
                }
                else if (c == ',' && !quoted)
                {
                    cells.Add("");
                }
                else
                {
                    cells[^1] += c;
                }
            }

            return cells;
        }
    }
}
