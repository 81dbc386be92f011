using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission deal show ID` and `commission deal history ID`.</summary>
internal static class DealCommand
{
    private const int PageSize = 100;

    public static Command Create(Terminal terminal, Option<string> server) =>
        new("deal", "A deal's versions, and who is credited with it and why")
        {
            Show(terminal, server),
            History(terminal, server),
        };

    private static Command Show(Terminal terminal, Option<string> server)
    {
        var deal = new Argument<string>("ID") { Description = "The deal's id in its source" };
        var asOf = AsOfOption.Create();
        var json = CommonOptions.Json();
        var command = new Command("show", "A deal as it stands, and who is credited with it and why")
        {
            deal, asOf, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new GetDealRequest
            {
                Deal = parsed.GetValue(deal)!, AsOf = AsOfOption.Of(parsed, asOf),
            };
            var view = await silo.GetDealAsync(request, cancellationToken);
            terminal.Print(view, parsed.GetValue(json), one => DealViews.Of(terminal, one));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command History(Terminal terminal, Option<string> server)
    {
        var deal = new Argument<string>("ID") { Description = "The deal's id in its source" };
        var json = CommonOptions.Json();
        var command = new Command("history", "What each event of a deal, and each realignment, changed in its credits")
        {
            deal, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new GetDealHistoryRequest { Deal = parsed.GetValue(deal)!, PageSize = PageSize };
            var all = await Pages.AllAsync(request, silo.GetDealHistoryAsync, cancellationToken);
            terminal.Print(all, parsed.GetValue(json), one => DealViews.Of(terminal, one));
            return ExitCode.Ok;
        }));
        return command;
    }
}
