using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission estimate REP`.</summary>
internal static class EstimateCommand
{
    public static Command Create(Terminal terminal, Option<string> server)
    {
        var rep = new Argument<string>("REP") { Description = "The payee's id" };
        var on = CommonOptions.On();
        var asOf = AsOfOption.Create();
        var json = CommonOptions.Json();
        var command = new Command("estimate", "How much a payee makes: statement, quarter, year, attainment, next tier")
        {
            rep, on, asOf, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new GetEstimateRequest
            {
                Rep = parsed.GetValue(rep)!, On = parsed.GetValue(on) ?? "", AsOf = AsOfOption.Of(parsed, asOf),
            };
            var estimate = await silo.GetEstimateAsync(request, cancellationToken);
            Print(terminal, estimate, parsed.GetValue(json));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Print(Terminal terminal, Estimate estimate, bool json)
    {
        if (json)
        {
            terminal.WriteJson(estimate);
        }
        else
        {
            terminal.Console.Write(EstimateView.Of(terminal, estimate));
        }
    }
}
