using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission previews REP ID=AMOUNT…`.</summary>
internal sealed class PreviewsCommand
{
    private readonly Argument<string> _rep = new("REP") { Description = "The payee's id" };

    private readonly Argument<string[]> _deals = new("ID=AMOUNT")
    {
        Description = "Deals in the order in which they close, at most 32", Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _currency = new("--currency")
    {
        HelpName = "CODE", Description = "ISO 4217", DefaultValueFactory = _ => "USD",
    };

    private readonly Option<string> _date = new("--date")
    {
        HelpName = "DATE", Description = "Their credit date, YYYY-MM-DD; default: the silo's today",
    };

    private readonly Option<bool> _allOrders = new("--all-orders")
    {
        Description = "Also the least and the most that each pays over all orders",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new PreviewsCommand();
        var command = new Command("previews", "What several deals would pay a payee, one after the other")
        {
            options._rep, options._deals, options._currency, options._date, options._allOrders, options._json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var request = options.Request(parsed);
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var previews = await silo.PreviewDealsAsync(request, cancellationToken);
            terminal.Print(previews, parsed.GetValue(options._json), reply => PipelineView.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    private PreviewDealsRequest Request(ParseResult parsed)
    {
        var currency = parsed.GetValue(_currency)!;
        var request = new PreviewDealsRequest
        {
            Rep = parsed.GetValue(_rep)!, AllOrders = parsed.GetValue(_allOrders),
        };
        foreach (var text in parsed.GetValue(_deals)!)
        {
            var at = text.LastIndexOf('=');
            var amount = at > 0 && Decimals.TryParse(text[(at + 1)..], out var value)
                ? Decimals.ToMoney(value, currency)
                : null;
            request.Deals.Add(new Deal
            {
                Deal_ = at > 0 ? text[..at] : "",
                Credited = parsed.GetValue(_date) ?? "",
                Amount = amount ?? throw new UsageError($"'{text}' must be written as ID=AMOUNT, such as a=90000."),
            });
        }

        return request;
    }
}
