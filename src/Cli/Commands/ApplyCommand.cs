using System.CommandLine;
using Commission.Client;
using Commission.Client.Documents;
using Google.Rpc;

namespace Commission.Cli.Commands;

/// <summary>`commission apply FOLDER`: plans, then payees, then territories.</summary>
internal sealed class ApplyCommand(Terminal terminal, Server silo, CancellationToken cancellationToken)
{
    private int _refused;

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Holds plans/, reps.yaml and territories.yaml; each may be absent",
        };
        var command = new Command("apply", "Publish plans, and create or change payees and territories; safe to repeat")
        {
            folder,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(folder)!;
            if (!Directory.Exists(path))
            {
                throw new UsageError($"There is no folder '{path}'.");
            }

            using var silo = Server.At(parsed.GetValue(server)!);
            return await new ApplyCommand(terminal, silo, cancellationToken).RunAsync(path);
        }));
        return command;
    }

    // What comes later names what comes before, so nothing later is tried after a refusal.
    private async Task<int> RunAsync(string folder)
    {
        var plans = DocumentFolder.LoadPlans(folder);
        var reps = DocumentFolder.LoadReps(folder);
        var territories = DocumentFolder.LoadTerritories(folder);
        var problems = reps.Problems.Concat(territories.Problems).ToList();
        if (reps.Value is null || territories.Value is null)
        {
            problems.ForEach(problem => terminal.Error.WriteLine(problem));
            return ExitCode.Findings;
        }

        await AllAsync("plan", plans, plan => plan.Path, async plan =>
            (await silo.PublishAsync(plan.Request, cancellationToken)).Repeat);
        await AllAsync("rep", reps.Value, rep => rep.Rep_, async rep =>
            (await silo.PutAsync(rep, cancellationToken)).Repeat);
        await AllAsync("territory", territories.Value, territory => territory.Territory_, async territory =>
            (await silo.PutAsync(territory, cancellationToken)).Repeat);
        return _refused == 0 ? ExitCode.Ok : ExitCode.Findings;
    }

    private async Task AllAsync<T>(
        string kind, IReadOnlyList<T> items, Func<T, string> name, Func<T, Task<bool>> put)
    {
        if (_refused > 0 || items.Count == 0)
        {
            return;
        }

        var unchanged = 0;
        foreach (var item in items)
        {
            try
            {
                unchanged += await put(item) ? 1 : 0;
            }
            catch (RpcFailure failure) when (failure.Status is Code.InvalidArgument or Code.NotFound)
            {
                _refused++;
                terminal.Error.WriteLine($"{kind} {name(item)}: {string.Join('\n', Guard.Lines(failure))}");
            }
        }

        terminal.Out.WriteLine($"{Plural(kind)}: {items.Count} ({unchanged} of them unchanged, {_refused} refused)");
    }

    private static string Plural(string kind) => kind == "territory" ? "territories" : kind + "s";
}
