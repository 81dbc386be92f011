using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission leaderboard`.</summary>
internal sealed class LeaderboardCommand
{
    private readonly Option<string> _territory = Text("--territory", "ID", "Members of this territory and those below");
    private readonly Option<string> _team = Text("--team", "REP", "Those who report to this manager");
    private readonly Option<string> _plan = Text("--plan", "ID", "Those on this plan");
    private readonly Option<bool> _everyone = new("--everyone") { Description = "All payees" };
    private readonly Option<string> _by = Text("--by", "MEASURE", "attainment (default), credited, earned or growth");
    private readonly Option<string> _component = Text("--component", "ID", "What is measured; default: the first");
    private readonly Option<string> _period = Text(
        "--period", "PERIOD", "month, quarter, year or statement; default: the component's own window");

    private readonly Option<string> _on = CommonOptions.On();
    private readonly Option<int> _top = new("--top")
    {
        HelpName = "N", Description = "How many, 1 to 1,000; default: 20", DefaultValueFactory = _ => 20,
    };

    private readonly Option<bool> _watch = new("--watch") { Description = "Again after every change, until Ctrl-C" };
    private readonly Option<int?> _count = new("--count")
    {
        HelpName = "N", Description = "With --watch: end after this many states; default: never",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the API's answers as JSON" };

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new LeaderboardCommand();
        var command = new Command("leaderboard", "Who is ahead in a territory, a team, a plan or everywhere")
        {
            options._territory, options._team, options._plan, options._everyone, options._by, options._component,
            options._period, options._on, options._top, options._watch, options._count, options._json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            await options.RunAsync(terminal, silo, parsed, cancellationToken);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Option<string> Text(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description };

    private async Task RunAsync(
        Terminal terminal, Server silo, ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = RequestOf(parsed);
        var asJson = parsed.GetValue(_json);
        if (!parsed.GetValue(_watch))
        {
            var board = await silo.LeaderboardAsync(request, cancellationToken);
            terminal.Print(board, asJson, one => LeaderboardView.Of(terminal, one, request.Measure));
            return;
        }

        var left = parsed.GetValue(_count);
        await foreach (var update in silo.WatchAsync(request, cancellationToken))
        {
            if (update.Board is not { } board)
            {
                continue;
            }

            terminal.Print(board, asJson, one => LeaderboardView.Of(terminal, one, request.Measure));
            if (--left == 0)
            {
                return;
            }
        }
    }

    private LeaderboardRequest RequestOf(ParseResult parsed) => new()
    {
        Territory = parsed.GetValue(_territory) ?? "",
        Team = parsed.GetValue(_team) ?? "",
        Plan = parsed.GetValue(_plan) ?? "",
        Everyone = parsed.GetValue(_everyone),
        Measure = parsed.GetValue(_by) switch
        {
            null or "attainment" => BoardMeasure.Attainment,
            "credited" => BoardMeasure.Credited,
            "earned" => BoardMeasure.Earned,
            "growth" => BoardMeasure.Growth,
            var other => throw new UsageError(
                $"--by: '{other}' is no measure; expected attainment, credited, earned or growth."),
        },
        Component = parsed.GetValue(_component) ?? "",
        Period = parsed.GetValue(_period) switch
        {
            null => BoardPeriod.Unspecified,
            "month" => BoardPeriod.BoardMonth,
            "quarter" => BoardPeriod.BoardQuarter,
            "year" => BoardPeriod.BoardYear,
            "statement" => BoardPeriod.BoardStatement,
            var other => throw new UsageError(
                $"--period: '{other}' is no period; expected month, quarter, year or statement."),
        },
        On = parsed.GetValue(_on) ?? "",
        PageSize = parsed.GetValue(_top),
    };
}
