using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission estimates REP…`.</summary>
internal static class EstimatesCommand
{
    public static Command Create(Terminal terminal, Option<string> server)
    {
        var reps = new Argument<string[]>("REP")
        {
            Description = "Ids of payees, at most 1,000", Arity = ArgumentArity.OneOrMore,
        };
        var on = CommonOptions.On();
        var asOf = AsOfOption.Create();
        var json = CommonOptions.Json();
        var command = new Command("estimates", "How much many payees make, one line for each")
        {
            reps, on, asOf, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new BatchGetEstimatesRequest
            {
                Reps = { parsed.GetValue(reps)! },
                On = parsed.GetValue(on) ?? "",
                AsOf = AsOfOption.Of(parsed, asOf),
            };
            var estimates = await silo.GetEstimatesAsync(request, cancellationToken);
            terminal.Print(estimates, parsed.GetValue(json), reply => EstimatesView.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }
}
