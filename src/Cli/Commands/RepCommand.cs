using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission rep assign REP`.</summary>
internal sealed class RepCommand
{
    private readonly Argument<string> _rep = new("REP") { Description = "The payee's id" };
    private readonly Option<string> _plan = new("--plan")
    {
        HelpName = "ID", Description = "The plan, which must be published", Required = true,
    };

    private readonly Option<string> _from = new("--from")
    {
        HelpName = "DATE", Description = "The first day, YYYY-MM-DD", Required = true,
    };

    private readonly Option<string> _to = new("--to")
    {
        HelpName = "DATE", Description = "The last day; default: open",
    };

    private readonly Option<string[]> _quotas = new("--quota")
    {
        HelpName = "NAME=WINDOW:AMOUNT",
        Description = "A quota, the same in every window, such as sales=quarter:250000; may be given several times",
    };

    private readonly Option<string[]> _targets = new("--target")
    {
        HelpName = "COMPONENT=AMOUNT", Description = "Target pay of a component; may be given several times",
    };

    private readonly Option<bool> _prorate = new("--prorate")
    {
        Description = "Quotas and targets of windows that are partly assigned shrink by days",
    };

    private readonly Option<bool> _cut = new("--cut")
    {
        Description = "Take the days away from other assignments that have them; default: refuse",
    };

    private readonly Option<long> _version = new("--if-version")
    {
        HelpName = "N", Description = "Only if the payee's document is still at this version",
    };

    private readonly Option<bool> _json = CommonOptions.Json();

    public static Command Create(Terminal terminal, Option<string> server) =>
        new("rep", "Changes to a payee") { new RepCommand().Assign(terminal, server) };

    private Command Assign(Terminal terminal, Option<string> server)
    {
        var command = new Command(
            "assign", "Put a payee on a plan for some days, or change the assignment that begins on that day")
        {
            _rep, _plan, _from, _to, _quotas, _targets, _prorate, _cut, _version, _json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var reply = await silo.AssignAsync(RequestOf(parsed), cancellationToken);
            terminal.Print(reply, parsed.GetValue(_json), one => AssignmentView.Of(terminal, one));
            return ExitCode.Ok;
        }));
        return command;
    }

    private AssignRequest RequestOf(ParseResult parsed)
    {
        var assignment = new Assignment
        {
            Plan = parsed.GetValue(_plan)!,
            From = parsed.GetValue(_from)!,
            To = parsed.GetValue(_to) ?? "",
            Prorate = parsed.GetValue(_prorate) ? "days" : "",
        };
        foreach (var (name, value) in Pairs("--quota", parsed.GetValue(_quotas)))
        {
            var parts = value.Split(':', 2);
            assignment.Quotas[name] = parts.Length == 2
                ? new Quota { Window = parts[0], Amount = parts[1] }
                : throw new UsageError($"--quota: '{name}={value}' is no quota; one is sales=quarter:250000.");
        }

        foreach (var (component, amount) in Pairs("--target", parsed.GetValue(_targets)))
        {
            assignment.Targets[component] = amount;
        }

        return new AssignRequest
        {
            Rep = parsed.GetValue(_rep)!,
            Assignment = assignment,
            Overlap = parsed.GetValue(_cut) ? Overlap.Cut : Overlap.Refuse,
            Version = parsed.GetValue(_version),
        };
    }

    private static IEnumerable<(string Name, string Value)> Pairs(string option, string[]? texts) =>
        (texts ?? []).Select(text => text.Split('=', 2) is [var name, var value]
            ? (name, value)
            : throw new UsageError($"{option}: '{text}' has no '='."));
}
