using System.Text.Json;
using System.Text.RegularExpressions;
using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests.Telemetry;

/// <summary>The dashboard and the manual name what the product measures.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] Labels =
    [
        "rpc_method", "rpc_response_status_code", "commission_reason", "commission_shard", "commission_outcome",
        "commission_subject",
    ];

    [Fact]
    public void Dashboard_ItsQueries_NameSeriesThatThereAre()
    {
        var known = Instruments.All().Values.SelectMany(Instruments.Series).ToHashSet(StringComparer.Ordinal);
        var queries = Queries().ToList();

        Assert.True(queries.Count >= 10, string.Join('\n', queries));
        var named = queries.SelectMany(Instruments.InQuery).Except(Labels, StringComparer.Ordinal).ToList();
        Assert.All(queries, query => Assert.NotEmpty(Instruments.InQuery(query)));
        Assert.Empty(named.Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public void Manual_ItsTableOfMetrics_HasEveryInstrumentWithItsUnit()
    {
        var manual = File.ReadAllText(Path.Combine(RunningProgram.Root, "docs", "operating.md"));
        var documented = Rows().Matches(manual)
            .Select(row => (row.Groups["name"].Value, row.Groups["unit"].Value)).Order();

        Assert.Equal(Instruments.All().Values.Select(one => (one.Name, one.Unit ?? "")).Order(), documented);
    }

    private static IEnumerable<string> Queries()
    {
        var file = Path.Combine(RunningProgram.Root, "samples", "grafana", "commission.json");
        using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    [GeneratedRegex(@"^\| `(?<name>(rpc|commission)\.[a-z._]+)` \| (?<unit>[^ |]*) ?\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();
}
