using System.Text.RegularExpressions;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests;

/// <summary>docs/disputes.md: its plan is published, its deals are recorded, its commands are run.</summary>
public sealed partial class DisputesGuideTests
{
    private readonly string _page = File.ReadAllText(Path.Combine(RunningProgram.Root, "docs", "disputes.md"));

    [Fact]
    public async Task Guide_ItsCommands_PrintWhatItShows()
    {
        await using var silo = await RunningSilo.StartAsync("--Commission:BusinessDate", "2026-02-28");
        await PrepareAsync(silo.Api);
        foreach (var shown in Blocks("console"))
        {
            var printed = "";
            foreach (var command in shown.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
            {
                printed += $"{command}\n{await RunAsync(silo, command[2..])}";
            }

            Assert.Equal(WithoutTimes(shown), WithoutTimes(printed));
        }
    }

    [Fact]
    public async Task Guide_ItsPaths_AreAnswered()
    {
        await using var silo = await RunningSilo.StartAsync("--Commission:BusinessDate", "2026-02-28");
        var last = await PrepareAsync(silo.Api);
        var now = $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";
        var paths = Paths().Matches(_page).Select(match => match.Groups["path"].Value).ToList();

        Assert.Equal(3, paths.Count);
        foreach (var path in paths)
        {
            var real = path.Replace("shard=2", $"shard={last.Shard}", StringComparison.Ordinal)
                .Replace("number=17", $"number={last.Number}", StringComparison.Ordinal)
                .Replace("2026-02-12T23:59:59Z", now, StringComparison.Ordinal);
            Assert.Contains("asOf", await silo.Json.GetStringAsync(real), StringComparison.Ordinal);
        }
    }

    private static async Task<string> RunAsync(RunningSilo silo, string command)
    {
        var cli = $"dotnet {Path.Combine(AppContext.BaseDirectory, "commission.dll")}";
        await using var ran = RunningProgram.Start("bash", RunningProgram.Root, "-c",
            $"COMMISSION_SERVER={silo.GrpcAddress} {cli}{command["commission".Length..]}");
        var (code, errors) = await ran.EndAsync();
        Assert.Equal((0, ""), (code, errors));
        return ran.Output;
    }

    /// <summary>What the page tells; the position of the last event.</summary>
    private async Task<Position> PrepareAsync(Api api)
    {
        await api.PublishAsync(Blocks("yaml").Single());
        var assignment = new Assignment { Plan = "field", From = "2026-01-01" };
        assignment.Quotas.Add("bookings", new Quota { Window = "quarter", Amount = "100000" });
        await api.PutAsync(new Rep { Rep_ = "kary", Name = "Kary", Assignments = { assignment } });
        Position last = new();
        foreach (var (deal, day, amount) in new[]
        {
            ("SO1", "2026-02-03", 60_000m), ("SO2", "2026-02-10", 80_000m), ("SO2", "2026-02-10", 50_000m),
        })
        {
            var recorded = await api.RecordAsync($"{deal} {amount}", new Deal
            {
                Deal_ = deal, Credited = day, Status = DealStatus.Won, Amount = amount.ToMoney(),
                Owners = { new DealOwner { Rep = "kary" } },
            });
            last = recorded.Position;
            await api.EstimateAsync("kary", after: last);
        }

        return last;
    }

    private IEnumerable<string> Blocks(string kind) => _page.Split("```")
        .Where(block => block.StartsWith(kind + "\n", StringComparison.Ordinal))
        .Select(block => block[(kind.Length + 1)..]);

    private static string WithoutTimes(string text) => string.Join('\n', Times().Replace(text, "…")
        .Split('\n').Select(line => line.TrimEnd())).Trim('\n');

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Times();

    [GeneratedRegex(@"5081(?<path>/[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Paths();
}
