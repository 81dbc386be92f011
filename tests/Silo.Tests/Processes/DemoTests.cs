using System.Text.RegularExpressions;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;

namespace Commission.Silo.Tests.Processes;

/// <summary>The demo as its users meet it: killed, started again, stopped, and asked as it says itself.</summary>
public sealed partial class DemoTests(ThreeYears uninterrupted)
{
    private const string Ready = "Ctrl-C stops the silo.";
    private const string BuiltCli = "dotnet run -c Release --project src/Cli --";

    [Fact]
    public async Task Demo_KilledTwiceDuringItsImport_EndsWithTheFiguresOfAnUninterruptedRun()
    {
        using var scratch = new Scratch();
        foreach (var deals in (long[])[200, 1500])
        {
            await using var killed = await SiloProcess.StartDemoAsync(scratch.Store);
            var seen = await ReachAsync(killed.Api, deals);
            await killed.Program.KillAsync();
            Assert.InRange(seen, deals, SampleCompany.Orders - 1);
        }

        await using var silo = await SiloProcess.StartDemoAsync(scratch.Store);
        await silo.Program.LineAsync(Ready);

        Assert.DoesNotContain("from an earlier start", silo.Program.Output, StringComparison.Ordinal);
        await HasTheFiguresOfAsync(uninterrupted.Silo.Api, silo.Api);
        await StopsCleanlyAsync(silo, "TERM");
        await SecondStartServesAsync(scratch.Store);
    }

    private async Task SecondStartServesAsync(string store)
    {
        await using var silo = await SiloProcess.StartDemoAsync(store);
        await silo.Program.LineAsync(Ready);

        Assert.Contains("from an earlier start", silo.Program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("orders streamed", silo.Program.Output, StringComparison.Ordinal);
        await HasTheFiguresOfAsync(uninterrupted.Silo.Api, silo.Api);
        await CommandsWorkAsPrintedAsync(silo);
        await StopsCleanlyAsync(silo, "INT");
    }

    private static async Task CommandsWorkAsPrintedAsync(SiloProcess silo)
    {
        var commands = Command().Matches(silo.Program.Output).Select(match => match.Value.Trim()).ToList();
        Assert.Equal(7, commands.Count);
        await using var watch = Bash("exec " + commands.Single(command => command.Contains(" watch ")));
        await watch.LineAsync("change ");

        var import = await RunAsync(commands.Single(command => command.Contains(" import ")));
        Assert.Contains("180", import, StringComparison.Ordinal);
        await watch.LineAsync("change ");
        await watch.SignalAsync("INT");
        Assert.Equal((130, "Interrupted.\n"), await watch.EndAsync());

        var preview = await RunAsync(commands.Single(command => command.Contains(" preview ")));
        Assert.Contains("USD", preview, StringComparison.Ordinal);
        var json = await RunAsync(commands.Single(command => command.StartsWith("curl", StringComparison.Ordinal)));
        var estimate = Google.Protobuf.JsonParser.Default.Parse<Estimate>(json);
        Assert.Equal(await silo.Api.EstimateAsync("rep-282"), estimate);
        Assert.True(await NodePackages.IsNodeThereAsync(), "The demo's last command needs node.");
        using var mine = await NodePackages.EnterSampleAsync();
        var node = await RunAsync(commands.Single(command => command.StartsWith("npm", StringComparison.Ordinal)));
        Assert.Contains("Linda Mitchell", node, StringComparison.Ordinal);
        Assert.DoesNotContain("undefined", node, StringComparison.Ordinal);
        await TokensWorkAsPrintedAsync(silo.Program.Output, commands);
    }

    private static async Task TokensWorkAsPrintedAsync(string printed, List<string> commands)
    {
        var export = Export().Match(printed).Value.Trim();
        var own = commands.Single(command => command.Contains(" estimate rep-282"));
        Assert.Contains("Linda Mitchell", await RunAsync($"{export}; {own}"), StringComparison.Ordinal);
        var other = commands.Single(command => command.Contains(" estimate rep-281"));
        Assert.DoesNotContain("Linda Mitchell", await RunAsync(other), StringComparison.Ordinal);
        await using var refused = Bash($"{export}; {other}");
        var (code, errors) = await refused.EndAsync();
        Assert.Equal(4, code);
        Assert.Contains("No payee has the id 'rep-281'", errors, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string command)
    {
        await using var running = Bash(command);
        var (code, errors) = await running.EndAsync();
        Assert.True(code == 0, $"{command} ended with {code}: {running.Output} {errors}");
        return running.Output;
    }

    /// <summary>As printed, except that "dotnet run", which would build again, is what is built.</summary>
    private static RunningProgram Bash(string command)
    {
        var built = $"dotnet {Path.Combine(AppContext.BaseDirectory, "commission.dll")}";
        var replaced = command.Replace(BuiltCli, built, StringComparison.Ordinal);
        return RunningProgram.Start("bash", RunningProgram.Root, "-c", replaced);
    }

    /// <summary>Asks until so many deals are credited; returns how many.</summary>
    private static async Task<long> ReachAsync(Api api, long deals)
    {
        while (true)
        {
            try
            {
                var view = await api.TerritoryAsync("north-america");
                if (view.All.Deals >= deals)
                {
                    return view.All.Deals;
                }
            }
            catch (RpcFailure notYet) when (notYet.Status == Code.NotFound)
            {
                // The territories are put before the first deal.
            }
        }
    }

    private static async Task HasTheFiguresOfAsync(Api expected, Api actual)
    {
        foreach (var rep in (await expected.RepsAsync()).Reps.Select(rep => rep.Rep_))
        {
            foreach (var on in (string[])["2018-06-30", "2019-06-30", "2020-06-30"])
            {
                await SameAsync(() => expected.EstimateAsync(rep, on), () => actual.EstimateAsync(rep, on));
            }
        }

        foreach (var territory in SampleCompany.Territories.Concat(SampleCompany.Groups))
        {
            Assert.Equal(
                (await expected.TerritoryAsync(territory)).Figures(),
                (await actual.TerritoryAsync(territory)).Figures());
        }
    }

    private static async Task SameAsync(Func<Task<Estimate>> expected, Func<Task<Estimate>> actual)
    {
        try
        {
            Assert.Equal((await expected()).Figures(), (await actual()).Figures());
        }
        catch (RpcFailure early) when (early.Status == Code.FailedPrecondition)
        {
            // Before the payee's first assignment: the other must say the same.
            Assert.Equal(early.Message, (await Assert.ThrowsAsync<RpcFailure>(actual)).Message);
        }
    }

    private static async Task StopsCleanlyAsync(SiloProcess silo, string signal)
    {
        await silo.Program.SignalAsync(signal);
        Assert.Equal((0, ""), await silo.Program.EndAsync());
    }

    [GeneratedRegex("^  (dotnet|curl|npm) .*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("^  export .*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Export();
}
