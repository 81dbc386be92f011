using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission team REP`.</summary>
internal static class TeamCommand
{
    private const int PageSize = 1000;

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var rep = new Argument<string>("REP") { Description = "The manager's id" };
        var on = CommonOptions.On();
        var depth = new Option<int>("--depth")
        {
            HelpName = "N", Description = "Levels below the manager, 1 to 100; default: direct reports only",
            DefaultValueFactory = _ => 1,
        };
        var json = CommonOptions.Json();
        var command = new Command("team", "Who of a manager's team is behind, those most behind first")
        {
            rep, on, depth, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new TeamRequest
            {
                Rep = parsed.GetValue(rep)!,
                On = parsed.GetValue(on) ?? "",
                Depth = parsed.GetValue(depth),
                PageSize = PageSize,
            };
            var team = await Pages.AllAsync(request, silo.TeamAsync, cancellationToken);
            // Figures move between pages, and with them whoever is more behind.
            var members = team.Members.DistinctBy(member => member.Rep, StringComparer.Ordinal).ToList();
            team.Members.Clear();
            team.Members.AddRange(members);
            terminal.Print(team, parsed.GetValue(json), reply => TeamView.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }
}
