using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client;
using Commission.Client.Import;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission rates put FILE`, `commission rates get FROM TO` and `commission rates list`.</summary>
internal static class RatesCommand
{
    private const int PageSize = 1000;

    public static Command Create(Terminal terminal, Option<string> server) => new("rates", "Currency rates by day")
    {
        Put(terminal, server), Get(terminal, server), List(terminal, server),
    };

    private static Command Put(Terminal terminal, Option<string> server)
    {
        var file = new Argument<string>("FILE") { Description = "A CSV file with the columns from, to, day and rate" };
        var source = new Option<string>("--source")
        {
            HelpName = "TEXT", Description = "Where the rates come from, such as ECB", DefaultValueFactory = _ => "",
        };
        var noWait = new Option<bool>("--no-wait")
        {
            Description = "Return when all is recorded, while payees are still recomputed by changed rates",
        };
        var json = CommonOptions.Json();
        var command = new Command("put", "Record or correct rates; safe to repeat") { file, source, noWait, json };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var put = new RatesPut(silo, parsed.GetValue(source)!, terminal.Time, cancellationToken);
            await put.RunAsync(Read(path), wait: !parsed.GetValue(noWait));
            RatesViews.Write(terminal, put, path, parsed.GetValue(json));
            return put.Reply.Refused > 0 ? ExitCode.Findings : ExitCode.Ok;
        }));
        return command;
    }

    private static Command Get(Terminal terminal, Option<string> server)
    {
        var from = new Argument<string>("FROM") { Description = "A currency, such as EUR" };
        var to = new Argument<string>("TO") { Description = "Another, such as USD" };
        var on = new Option<string>("--on") { HelpName = "DATE", Description = "The day; default: today" };
        var json = CommonOptions.Json();
        var command = new Command("get", "The rate in force on a day, and since when it is") { from, to, on, json };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new GetRateRequest
            {
                From = parsed.GetValue(from)!, To = parsed.GetValue(to)!, On = parsed.GetValue(on) ?? "",
            };
            var rate = await silo.GetRateAsync(request, cancellationToken);
            terminal.Print(rate, parsed.GetValue(json), RatesViews.Of);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command List(Terminal terminal, Option<string> server)
    {
        var from = new Option<string>("--from") { HelpName = "CODE", Description = "Only from this currency" };
        var to = new Option<string>("--to") { HelpName = "CODE", Description = "Only to this currency" };
        var first = new Option<string>("--first") { HelpName = "DATE", Description = "Only of this day or later" };
        var last = new Option<string>("--last") { HelpName = "DATE", Description = "Only of this day or earlier" };
        var json = CommonOptions.Json();
        var command = new Command("list", "The rates that stand, by pairs and days") { from, to, first, last, json };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new ListRatesRequest
            {
                From = parsed.GetValue(from) ?? "",
                To = parsed.GetValue(to) ?? "",
                First = parsed.GetValue(first) ?? "",
                Last = parsed.GetValue(last) ?? "",
                PageSize = PageSize,
            };
            var all = await Pages.AllAsync(request, silo.ListRatesAsync, cancellationToken);
            terminal.Print(all, parsed.GetValue(json), reply => RatesViews.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static IEnumerable<RateRow> Read(string path)
    {
        try
        {
            return [.. RateFile.Read(path)];
        }
        catch (InvalidDataException wrong)
        {
            throw new UsageError($"{path}: {wrong.Message}");
        }
    }
}
