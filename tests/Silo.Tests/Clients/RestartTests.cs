using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests.Clients;

/// <summary>The sample clients go on by themselves when the silo was gone, and miss nothing unmarked.</summary>
public sealed partial class RestartTests
{
    private const string Rep = "rep-281";
    private const int Sold = 3;

    [Theory]
    [InlineData("python3 python/by_json.py watch rep-281", true)]
    [InlineData($"{ForeignPrograms.Python} python/by_grpc.py watch rep-281", false)]
    [InlineData("node node/watch.mjs rep-281", false)]
    public async Task Watch_OverARestartOfTheSilo_GoesOn(string command, bool byJson)
    {
        await ForeignPrograms.RequireNodeAsync();
        await ForeignPrograms.RequireGrpcioAsync();
        using var mine = await NodePackages.EnterSampleAsync();
        await ForeignPrograms.RunAsync("npm ci --prefix node --ignore-scripts", new Uri("http://127.0.0.1"), "");
        using var scratch = new Scratch();
        var silo = await RunningSilo.StartOnAsync(scratch.Store);
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var (grpc, json) = (silo.GrpcAddress, silo.Json.BaseAddress!);
        await using var watch = ForeignPrograms.Start(command, byJson ? json : grpc, "");
        var (seen, _) = await ChangeAsync(watch);

        await silo.DisposeAsync();
        await using var next = await RunningSilo.StartOnAsync(
            scratch.Store,
            "--Commission:Listen:GrpcPort", grpc.Port.ToString(CultureInfo.InvariantCulture),
            "--Commission:Listen:JsonPort", json.Port.ToString(CultureInfo.InvariantCulture));
        var last = seen + Sold;
        await SellAsync(next);

        while (seen < last)
        {
            var (sequence, conflated) = await ChangeAsync(watch);
            Assert.Equal(seen + 1 + conflated, sequence);
            seen = sequence;
        }
    }

    private static async Task SellAsync(RunningSilo silo)
    {
        for (var i = 0; i < Sold; i++)
        {
            await silo.Api.RecordAsync($"r{i}", new Deal
            {
                Deal_ = $"r{i}",
                Credited = SampleCompany.Today,
                Status = DealStatus.Won,
                Amount = 100m.ToMoney(),
                Owners = { new DealOwner { Rep = Rep } },
            });
        }
    }

    private static async Task<(long Sequence, long Conflated)> ChangeAsync(RunningProgram watch)
    {
        var change = Change().Match(await watch.LineAsync("change "));
        var conflated = change.Groups["conflated"];
        return (
            long.Parse(change.Groups["sequence"].Value, CultureInfo.InvariantCulture),
            conflated.Success ? long.Parse(conflated.Value, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex(@"^change (?<sequence>\d+)( \(\+(?<conflated>\d+)\))?:", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Change();
}
