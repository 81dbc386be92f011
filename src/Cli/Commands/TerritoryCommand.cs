using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client;
using Commission.Client.Documents;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission territory list`, `tree`, `members` and `realign`.</summary>
internal static class TerritoryCommand
{
    public static Command Create(Terminal terminal, Option<string> server) =>
        new("territory", "Territories, their live totals and members, and reorganisations of them")
        {
            List(terminal, server),
            Tree(terminal, server),
            Members(terminal, server),
            Realign(terminal, server),
        };

    private static Command List(Terminal terminal, Option<string> server)
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "All territories as they were put") { json };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new ListTerritoriesRequest { PageSize = 1000 };
            var all = await Pages.AllAsync(request, silo.ListTerritoriesAsync, cancellationToken);
            terminal.Print(all, parsed.GetValue(json), reply => TerritoryViews.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Tree(Terminal terminal, Option<string> server)
    {
        var territory = new Argument<string>("ID")
        {
            Description = "The top; default: all that are part of no other", Arity = ArgumentArity.ZeroOrOne,
        };
        var on = CommonOptions.On();
        var depth = new Option<int>("--depth") { HelpName = "N", Description = "Levels, 1 to 100; default: 3" };
        var json = CommonOptions.Json();
        var command = new Command("tree", "A territory and those below it, with their live totals")
        {
            territory, on, depth, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new TerritoryTreeRequest
            {
                Territory = parsed.GetValue(territory) ?? "",
                On = parsed.GetValue(on) ?? "",
                Depth = parsed.GetValue(depth),
                PageSize = 500,
            };
            var all = await Pages.AllAsync(request, silo.TerritoryTreeAsync, cancellationToken);
            terminal.Print(all, parsed.GetValue(json), reply => TerritoryViews.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Members(Terminal terminal, Option<string> server)
    {
        var territory = new Argument<string>("ID") { Description = "The territory" };
        var on = CommonOptions.On();
        var anyDay = new Option<bool>("--any-day") { Description = "Also those of the past and future" };
        var json = CommonOptions.Json();
        var command = new Command("members", "Who is credited with the deals of a territory and of those below it")
        {
            territory, on, anyDay, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new TerritoryMembersRequest
            {
                Territory = parsed.GetValue(territory)!,
                On = parsed.GetValue(on) ?? "",
                AnyDay = parsed.GetValue(anyDay),
                PageSize = 1000,
            };
            var all = await Pages.AllAsync(request, silo.TerritoryMembersAsync, cancellationToken);
            terminal.Print(all, parsed.GetValue(json), reply => TerritoryViews.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Realign(Terminal terminal, Option<string> server)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Holds territories.yaml, with those that are new or changed",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Change nothing: say which recorded deals and payees would change",
        };
        var json = CommonOptions.Json();
        var command = new Command("realign", "Change many territories at once, all or none; safe to repeat")
        {
            folder, dryRun, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(folder)!;
            if (!Directory.Exists(path))
            {
                throw new UsageError($"There is no folder '{path}'.");
            }

            var territories = DocumentFolder.LoadTerritories(path);
            if (territories.Value is null)
            {
                territories.Problems.ToList().ForEach(problem => terminal.Error.WriteLine(problem));
                return ExitCode.Findings;
            }

            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new RealignRequest { Put = { territories.Value }, DryRun = parsed.GetValue(dryRun) };
            var reply = await silo.RealignAsync(request, cancellationToken);
            terminal.Print(reply, parsed.GetValue(json), one => TerritoryViews.Of(terminal, one));
            return ExitCode.Ok;
        }));
        return command;
    }
}
