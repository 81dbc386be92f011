using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission credits REP`.</summary>
internal sealed class CreditsCommand
{
    private const int PageSize = 500;

    private readonly Argument<string> _rep = new("REP") { Description = "The payee's id" };

    private readonly Option<string> _window = new("--window")
    {
        HelpName = "W", Description = "A window or statement, such as 2026, 2026-H1, 2026-Q1 or 2026-01; default: all",
    };

    private readonly Option<string> _from = new("--from") { HelpName = "DATE", Description = "The first day" };
    private readonly Option<string> _to = new("--to") { HelpName = "DATE", Description = "The last day, inclusive" };
    private readonly Option<string> _asOf = AsOfOption.Create();
    private readonly Option<bool> _json = CommonOptions.Json();

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new CreditsCommand();
        var command = new Command(
            "credits", "The deals behind a payee's figures: roles and why, and what each earns by component")
        {
            options._rep, options._window, options._from, options._to, options._asOf, options._json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var request = options.Request(parsed);
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var all = new ListCreditsReply();
            await foreach (var page in silo.ListCreditsAsync(request, cancellationToken))
            {
                all.Credits.AddRange(page.Credits);
                all.AsOf = page.AsOf;
            }

            if (parsed.GetValue(options._json))
            {
                terminal.WriteJson(all);
            }
            else
            {
                terminal.Console.Write(CreditsView.Of(terminal, all));
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private ListCreditsRequest Request(ParseResult parsed) => new()
    {
        Rep = parsed.GetValue(_rep)!,
        Window = parsed.GetValue(_window) ?? "",
        From = parsed.GetValue(_from) ?? "",
        To = parsed.GetValue(_to) ?? "",
        PageSize = PageSize,
        AsOf = AsOfOption.Of(parsed, _asOf),
    };
}
