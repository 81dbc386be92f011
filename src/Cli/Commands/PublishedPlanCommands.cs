using System.CommandLine;
using Commission.Cli.Views;
using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission plan versions ID`, `commission plan diff ID` and `commission plan simulate FILE`.</summary>
internal static class PublishedPlanCommands
{
    private const int PageSize = 1000;

    public static Command Versions(Terminal terminal, Option<string> server)
    {
        var plan = new Argument<string>("ID") { Description = "The plan's id" };
        var json = CommonOptions.Json();
        var command = new Command("versions", "The published versions of a plan, the latest first") { plan, json };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new ListPlanVersionsRequest { Plan = parsed.GetValue(plan)!, PageSize = PageSize };
            var all = await Pages.AllAsync(request, silo.GetPlanVersionsAsync, cancellationToken);
            terminal.Print(all, parsed.GetValue(json), reply => PlanViews.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Diff(Terminal terminal, Option<string> server)
    {
        var plan = new Argument<string>("ID") { Description = "The plan's id" };
        var from = new Option<long>("--from") { HelpName = "N", Description = "A version; default: that before --to" };
        var to = new Option<long>("--to") { HelpName = "N", Description = "A version; default: the latest" };
        var json = CommonOptions.Json();
        var command = new Command("diff", "What changed from one version of a plan to another")
        {
            plan, from, to, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var request = new DiffPlanRequest
            {
                Plan = parsed.GetValue(plan)!, From = parsed.GetValue(from), To = parsed.GetValue(to),
            };
            var diff = await silo.DiffPlanAsync(request, cancellationToken);
            terminal.Print(diff, parsed.GetValue(json), reply => PlanViews.Of(terminal, reply));
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Simulate(Terminal terminal, Option<string> server)
    {
        var file = new Argument<string>("FILE") { Description = "A plan in YAML or JSON; it is not published" };
        var reps = new Option<string[]>("--rep")
        {
            HelpName = "ID", Description = "Only this payee, as if on the plan; may be given several times",
        };
        var from = new Option<string>("--from") { HelpName = "DATE", Description = "First day that is compared" };
        var to = new Option<string>("--to")
        {
            HelpName = "DATE", Description = "Last day that is compared; default: the fiscal year",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "simulate", "What an unpublished plan would cost, and change for each payee; nothing is changed")
        {
            file, reps, from, to, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var request = new SimulatePlanRequest
            {
                Text = await File.ReadAllTextAsync(parsed.GetValue(file)!, cancellationToken),
                From = parsed.GetValue(from) ?? "",
                To = parsed.GetValue(to) ?? "",
            };
            request.Reps.AddRange(parsed.GetValue(reps) ?? []);
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            return await PrintAsync(terminal, silo, request, parsed.GetValue(json), cancellationToken);
        }));
        return command;
    }

    /// <summary>Each payee as it comes: a simulation may be of very many.</summary>
    private static async Task<int> PrintAsync(
        Terminal terminal, Server silo, SimulatePlanRequest request, bool json, CancellationToken cancellationToken)
    {
        var code = ExitCode.Ok;
        await foreach (var update in silo.SimulateAsync(request, cancellationToken))
        {
            code = update.Payee?.Refused is null ? code : ExitCode.Findings;
            if (json)
            {
                terminal.WriteJsonLine(update);
            }
            else
            {
                PlanViews.Write(terminal, update);
            }
        }

        return code;
    }
}
