using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission pipeline REP`.</summary>
internal static class PipelineCommand
{
    public static Command Create(Terminal terminal, Option<string> server)
    {
        var rep = new Argument<string>("REP") { Description = "The payee's id" };
        var on = CommonOptions.On();
        var unknown = new Option<string>("--unknown")
        {
            HelpName = "P", Description = "The chance of open deals that state none, such as 30%; default: 50%",
        };
        var asOf = AsOfOption.Create();
        var json = CommonOptions.Json();
        var command = new Command(
            "pipeline", "What a payee's open deals may bring: all close, weighted, P10 to P90; and pay at quota")
        {
            rep, on, unknown, asOf, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new ForecastRequest
            {
                Rep = parsed.GetValue(rep)!,
                On = parsed.GetValue(on) ?? "",
                UnknownProbability = parsed.GetValue(unknown) ?? "",
                AsOf = AsOfOption.Of(parsed, asOf),
            };
            var forecast = await silo.ForecastAsync(request, cancellationToken);
            terminal.Print(forecast, parsed.GetValue(json), reply => PipelineView.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }
}
