using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission preview REP --amount X`.</summary>
internal sealed class PreviewCommand
{
    private readonly Argument<string> _rep = new("REP") { Description = "The payee's id" };

    private readonly Option<string> _amount = new("--amount")
    {
        HelpName = "X", Description = "The deal's value; only with --recorded may it be left out",
    };

    private readonly Option<string> _currency = new("--currency")
    {
        HelpName = "CODE", Description = "ISO 4217", DefaultValueFactory = _ => "USD",
    };

    private readonly Option<string> _date = new("--date")
    {
        HelpName = "DATE", Description = "The credit date, YYYY-MM-DD; default: the silo's today",
    };

    private readonly Option<string> _margin = new("--margin") { HelpName = "X", Description = "The deal's margin" };
    private readonly Option<string> _quantity = new("--quantity") { HelpName = "N", Description = "Units sold" };

    private readonly Option<string> _deal = new("--deal")
    {
        HelpName = "ID", Description = "An existing deal to preview anew; default: a new one",
        DefaultValueFactory = _ => "preview",
    };

    private readonly Option<bool> _recorded = new("--recorded")
    {
        Description = "The deal was recorded, such as an open one: what is not given is as recorded",
    };

    private readonly Option<bool> _everyone = new("--everyone")
    {
        Description = "Also what the deal changes for all others whom it credits",
    };

    private readonly Option<string[]> _fields = new("--field")
    {
        HelpName = "K=V", Description = "A field of the deal; may be given several times",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new PreviewCommand();
        var command = new Command("preview", "What a deal would pay a payee, tier by tier; nothing is changed")
        {
            options._rep, options._amount, options._currency, options._date, options._margin, options._quantity,
            options._deal, options._fields, options._recorded, options._everyone, options._json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var deal = options.Deal(parsed);
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new PreviewDealRequest
            {
                Rep = parsed.GetValue(options._rep)!,
                Deal = deal,
                FromRecord = parsed.GetValue(options._recorded),
                Everyone = parsed.GetValue(options._everyone),
            };
            var preview = await silo.PreviewDealAsync(request, cancellationToken);
            terminal.Print(preview, parsed.GetValue(options._json), one => PreviewView.Of(terminal, deal, one));
            return ExitCode.Ok;
        }));
        return command;
    }

    private Deal Deal(ParseResult parsed)
    {
        var currency = parsed.GetValue(_currency)!;
        var deal = new Deal
        {
            Deal_ = parsed.GetValue(_deal)!,
            Credited = parsed.GetValue(_date) ?? "",
            Status = DealStatus.Won,
            Amount = Amount(parsed, currency),
            Margin = parsed.GetValue(_margin) is { } margin ? Money(margin, currency, "--margin") : null,
            Quantity = parsed.GetValue(_quantity) ?? "",
        };
        foreach (var field in parsed.GetValue(_fields) ?? [])
        {
            var at = field.IndexOf('=', StringComparison.Ordinal);
            deal.Fields[at > 0 ? field[..at] : throw new UsageError($"'{field}' must be written as name=value.")] =
                field[(at + 1)..];
        }

        return deal;
    }

    private Money? Amount(ParseResult parsed, string currency) => parsed.GetValue(_amount) is { } amount
        ? Money(amount, currency, "--amount")
        : parsed.GetValue(_recorded) ? null : throw new UsageError("Option '--amount' is required.");

    private static Money Money(string text, string currency, string option) =>
        Decimals.TryParse(text, out var value) && Decimals.ToMoney(value, currency) is { } money
            ? money
            : throw new UsageError($"{option}: '{text}' is not a number of at most 9 decimals.");
}
