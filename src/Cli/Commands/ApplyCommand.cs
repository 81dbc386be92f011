using System.CommandLine;
using System.Globalization;
using Commission.Client;
using Commission.Client.Documents;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Cli.Commands;

/// <summary>`commission apply FOLDER`: plans, then payees, then territories.</summary>
internal sealed class ApplyCommand(Terminal terminal, Server silo, CancellationToken cancellationToken)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);
    private readonly List<Rollout> _rollouts = [];
    private int _refused;

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Holds plans/, reps.yaml and territories.yaml; each may be absent",
        };
        var noWait = new Option<bool>("--no-wait")
        {
            Description = "Return when all is published, while payees are still recomputed by changed plans",
        };
        var command = new Command("apply", "Publish plans, and create or change payees and territories; safe to repeat")
        {
            folder, noWait,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(folder)!;
            if (!Directory.Exists(path))
            {
                throw new UsageError($"There is no folder '{path}'.");
            }

            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            var apply = new ApplyCommand(terminal, silo, cancellationToken);
            var code = await apply.RunAsync(path);
            if (!parsed.GetValue(noWait))
            {
                await apply.WaitAsync();
            }

            return code;
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
        {
            var published = await silo.PublishAsync(plan.Request, cancellationToken);
            if (published.Rollout is { } rollout)
            {
                _rollouts.Add(rollout);
            }

            return published.Repeat;
        });
        await AllAsync("rep", reps.Value, rep => rep.Rep_, async rep =>
            (await silo.PutAsync(rep, cancellationToken)).Repeat);
        await AllAsync("territory", territories.Value, territory => territory.Territory_, async territory =>
            (await silo.PutAsync(territory, cancellationToken)).Repeat);
        return _refused == 0 ? ExitCode.Ok : ExitCode.Findings;
    }

    /// <summary>Returns when every payee is recomputed; what takes longer says how far it is.</summary>
    private async Task WaitAsync()
    {
        var told = terminal.Time.GetTimestamp();
        foreach (var begun in _rollouts)
        {
            for (var rollout = begun; rollout.Finished is null;)
            {
                await Task.Delay(AskEvery, terminal.Time, cancellationToken);
                rollout = await silo.GetRolloutAsync(
                    new GetRolloutRequest { Plan = begun.Plan, Version = begun.Version }, cancellationToken);
                if (terminal.Time.GetElapsedTime(told) >= TellEvery)
                {
                    told = terminal.Time.GetTimestamp();
                    terminal.Error.WriteLine(Progress(rollout));
                }
            }
        }
    }

    private static string Progress(Rollout rollout)
    {
        var retrying = rollout.Retrying == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" ({rollout.Retrying:#,0} are tried again)");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"plan {rollout.Plan}: {rollout.Done:#,0} of {rollout.Total:#,0} payees recomputed{retrying}");
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
