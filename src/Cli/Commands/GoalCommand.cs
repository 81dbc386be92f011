using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission goal REP AMOUNT`.</summary>
internal sealed class GoalCommand
{
    private readonly Argument<string> _rep = new("REP") { Description = "The payee's id" };
    private readonly Argument<string> _amount = new("AMOUNT") { Description = "What to earn, in plan currency" };

    private readonly Option<string> _on = new("--on")
    {
        HelpName = "DATE", Description = "A day in the windows meant, YYYY-MM-DD; default: today",
    };

    private readonly Option<string> _component = new("--component")
    {
        HelpName = "ID", Description = "Only more of what this component measures",
    };

    private readonly Option<string> _step = new("--step")
    {
        HelpName = "X", Description = "Answers are multiples of this; default: the minor unit, or 1",
    };

    private readonly Option<bool> _statement = new("--statement")
    {
        Description = "Reach it in the statement period; default: in the components' windows",
    };

    private readonly Option<string> _asOf = AsOfOption.Create();
    private readonly Option<bool> _json = CommonOptions.Json();

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new GoalCommand();
        var command = new Command("goal", "How much more, of what, or which open deals, it takes to earn a sum")
        {
            options._rep, options._amount, options._on, options._component, options._step, options._statement,
            options._asOf, options._json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var goal = await silo.SeekGoalAsync(options.Request(parsed), cancellationToken);
            terminal.Print(goal, parsed.GetValue(options._json), reply => PipelineView.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    private SeekGoalRequest Request(ParseResult parsed) => new()
    {
        Rep = parsed.GetValue(_rep)!,
        Amount = parsed.GetValue(_amount)!,
        On = parsed.GetValue(_on) ?? "",
        Component = parsed.GetValue(_component) ?? "",
        Step = parsed.GetValue(_step) ?? "",
        Scope = parsed.GetValue(_statement) ? GoalScope.Statement : GoalScope.Windows,
        AsOf = AsOfOption.Of(parsed, _asOf),
    };
}
