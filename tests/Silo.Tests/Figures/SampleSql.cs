using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Silo.Tests.Hosts;
using Microsoft.Data.Sqlite;

namespace Commission.Silo.Tests.Figures;

/// <summary>
/// The sample's files as they stand, in tables of SQLite: what SQL says of them shares no code with the product.
/// Money is counted in whole cents.
/// </summary>
public sealed partial class SampleSql : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public SampleSql()
    {
        _connection.Open();
        Import("orders");
        Import("rep-territories");
        Run(
            """
            create table lines as
            select o.*, cast(replace(amount, '.', '') as integer) as cents, substr(date, 1, 7) as month,
                   (substr(date, 1, 4) + (substr(date, 6, 2) >= '07')) || '-Q'
                   || ((substr(date, 6, 2) + 5) % 12 / 3 + 1) as quarter
            from orders o;
            create table quotas (rep text, plan text, quarter text, cents integer);
            create table rates (plan text, below integer, above integer);
            -- In hundred-thousandths: 1.0 % is 1000.
            insert into rates values
                ('reseller-10', 1000, 1500), ('reseller-12', 1200, 1800), ('reseller-15', 1500, 2250),
                ('reseller-16', 1600, 2400), ('reseller-18', 1800, 2700), ('reseller-19', 1900, 2850),
                ('reseller-20', 2000, 3000);
            """);
        ImportQuotas();
    }

    /// <summary>Every row of a query; numbers are <see cref="long"/>.</summary>
    public List<object[]> Rows(string query)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>A query's one number.</summary>
    public long Number(string query) => (long)Rows(query).Single()[0];

    /// <summary>Names with their cents, as units of the currency.</summary>
    public Dictionary<string, decimal> Sums(string query) =>
        Rows(query).ToDictionary(row => (string)row[0], row => (long)row[1] / 100m, StringComparer.Ordinal);

    public void Dispose() => _connection.Dispose();

    private void Run(string statements, params IReadOnlyList<object> values)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statements;
        for (var i = 0; i < values.Count; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i}"), values[i]);
        }

        command.ExecuteNonQuery();
    }

    private void Import(string name)
    {
        var rows = Csv.Read(Path.Combine(SampleCompany.Folder, name + ".csv"));
        var header = rows.First();
        var table = name.Replace('-', '_');
        Run($"create table {table} ({string.Join(", ", header.Select(column => $"\"{column}\" text"))})");
        var places = string.Join(", ", header.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${i}")));
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.CommandText = $"insert into {table} values ({places})";
        var parameters = header.Select((_, i) => command.Parameters.AddWithValue(
            string.Create(CultureInfo.InvariantCulture, $"${i}"), "")).ToList();
        foreach (var row in rows.Skip(1))
        {
            Assert.Equal(header.Length, row.Length);
            parameters.ForEach(parameter => parameter.Value = row[parameters.IndexOf(parameter)]);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private void ImportQuotas()
    {
        var (rep, plan) = ("", "");
        foreach (var line in File.ReadLines(Path.Combine(SampleCompany.Folder, "reps.yaml")))
        {
            var entry = Entry().Match(line);
            var (key, value) = (entry.Groups["key"].Value, entry.Groups["value"].Value);
            rep = key == "rep" ? value : rep;
            plan = key == "plan" ? value : plan;
            if (key.Contains("-Q", StringComparison.Ordinal))
            {
                var cents = 100 * long.Parse(value, CultureInfo.InvariantCulture);
                Run("insert into quotas values ($0, $1, $2, $3)", rep, plan, key, cents);
            }
        }
    }

    [GeneratedRegex(@"^[ -]*(?<key>rep|plan|\d{4}-Q\d): (?<value>\S+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Entry();
}
