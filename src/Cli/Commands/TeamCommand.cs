using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission team REP`.</summary>
internal static class TeamCommand
{
    private const int PageSize = 1000;

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var rep = new Argument<string>("REP") { Description = "The manager's id" };
        var on = new Option<string>("--on") { HelpName = "DATE", Description = "A day, YYYY-MM-DD; default: today" };
        var depth = new Option<int>("--depth")
        {
            HelpName = "N", Description = "Levels below the manager, 1 to 100; default: direct reports only",
            DefaultValueFactory = _ => 1,
        };
        var json = new Option<bool>("--json") { Description = "Print the API's answer as JSON" };
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
            var team = await ReadAsync(silo, request, cancellationToken);
            terminal.Print(team, parsed.GetValue(json), reply => TeamView.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>All pages as one; the counts are those of the last.</summary>
    private static async Task<TeamReply> ReadAsync(
        Server silo, TeamRequest request, CancellationToken cancellationToken)
    {
        var members = new List<TeamMember>();
        TeamReply page;
        do
        {
            page = await silo.TeamAsync(request, cancellationToken);
            members.AddRange(page.Members);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        page.Members.Clear();
        page.Members.AddRange(members.DistinctBy(member => member.Rep, StringComparer.Ordinal));
        return page;
    }
}
