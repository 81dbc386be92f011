using System.Collections.Immutable;
using System.CommandLine;
using Commission.Cli.Evaluating;
using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Cli.Commands;

/// <summary>`commission explain FILE`, which needs no server, and `commission explain --rep REP`.</summary>
internal sealed class ExplainCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "Conformance cases, one or a list of them, in JSON or YAML", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _rep = new("--rep")
    {
        HelpName = "REP", Description = "Instead of a file: a payee's own figures, from the silo",
    };

    private readonly Option<string> _on = new("--on")
    {
        HelpName = "DATE", Description = "With --rep: a day of the statement or window; default: today",
    };

    private readonly Option<string> _asOf = AsOfOption.Create();

    private readonly Option<string> _case = new("--case")
    {
        HelpName = "ID", Description = "Which case, where the file has several",
    };

    private readonly Option<string> _component = new("--component")
    {
        HelpName = "C", Description = "A component: alone, its last window",
    };

    private readonly Option<string> _window = new("--window")
    {
        HelpName = "W", Description = "A window, such as 2026, 2026-H1, 2026-Q1 or 2026-01",
    };

    private readonly Option<string> _deal = new("--deal") { HelpName = "D", Description = "What a deal earns" };

    private readonly Option<string> _period = new("--period")
    {
        HelpName = "P", Description = "A statement, such as 2026-01 or 2026-Q1; the last, where nothing is chosen",
    };

    private readonly Option<int> _credits = new("--credits")
    {
        HelpName = "N", Description = "The most deals in one list", DefaultValueFactory = _ => 20,
    };

    private readonly Option<bool> _json = new("--json") { Description = "As data, for programs" };

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new ExplainCommand();
        var command = new Command(
            "explain", "Say how a figure comes about, of a case offline or of a payee: deals, tiers, rounding, draw")
        {
            options._file, options._rep, options._case, options._component, options._window, options._deal,
            options._period, options._on, options._asOf, options._credits, options._json,
        };
        command.SetAction(Guard.Action(terminal, (parsed, cancellationToken) => options.IsLive(parsed)
            ? options.ExplainLiveAsync(terminal, parsed, parsed.GetValue(server)!, cancellationToken)
            : options.ExplainFileAsync(terminal, parsed, cancellationToken)));
        return command;
    }

    private bool IsLive(ParseResult parsed)
    {
        var isLive = parsed.GetValue(_rep) is not null;
        var (name, given) = isLive
            ? ("--case", parsed.GetValue(_case))
            : ("--on and --as-of", parsed.GetValue(_on) ?? parsed.GetValue(_asOf));
        return isLive != (parsed.GetValue(_file) is null)
            ? throw new UsageError("Name either a file of cases, or a payee with --rep.")
            : given is not null
            ? throw new UsageError($"{name}: only {(isLive ? "with a file" : "with --rep")}.")
            : isLive;
    }

    private async Task<int> ExplainFileAsync(Terminal terminal, ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file)!;
        return await InputFiles.CasesAsync(terminal, file, cancellationToken) is { } cases
            ? Explain(terminal, Find(file, cases, parsed.GetValue(_case)), Request(parsed), parsed.GetValue(_json))
            : ExitCode.Findings;
    }

    private async Task<int> ExplainLiveAsync(
        Terminal terminal, ParseResult parsed, string server, CancellationToken cancellationToken)
    {
        var asked = Request(parsed);
        var request = new Api.ExplainRequest
        {
            Rep = parsed.GetValue(_rep)!,
            Component = asked.Component ?? "",
            Window = asked.Window ?? "",
            Period = asked.Period ?? "",
            Deal = asked.Deal ?? "",
            On = parsed.GetValue(_on) ?? "",
            MostDeals = asked.Credits,
            AsOf = AsOfOption.Of(parsed, _asOf),
        };
        using var silo = Server.At(server, terminal.Token);
        var reply = await silo.ExplainAsync(request, cancellationToken);
        if (parsed.GetValue(_json))
        {
            terminal.WriteJson(reply);
        }
        else
        {
            terminal.Out.WriteLine(string.Join('\n', reply.Text));
        }

        return ExitCode.Ok;
    }

    private ExplainRequest Request(ParseResult parsed)
    {
        var most = parsed.GetValue(_credits);
        return new ExplainRequest(
            parsed.GetValue(_component), parsed.GetValue(_window), parsed.GetValue(_deal), parsed.GetValue(_period),
            most >= 0 ? most : throw new UsageError("--credits: 0 or more."));
    }

    private static ConformanceCase Find(string file, ImmutableArray<ConformanceCase> cases, string? id)
    {
        if (id is null)
        {
            return cases.Length switch
            {
                0 => throw new UsageError($"{file} has no case."),
                1 => cases[0],
                _ => throw new UsageError(
                    $"{file} has {cases.Length} cases: choose one with --case, such as --case {cases[0].Id}."),
            };
        }

        var hint = ExplainCase.NearestTo(id, cases.Select(example => example.Id));
        return cases.FirstOrDefault(example => example.Id == id)
            ?? throw new UsageError($"{file} has no case '{id}'{hint}");
    }

    private static int Explain(Terminal terminal, ConformanceCase example, ExplainRequest request, bool asJson)
    {
        var explained = ExplainCase.Of(example, request);
        if (explained.Refusal is { } refusal)
        {
            throw new UsageError($"{example.Id}: {refusal}");
        }

        terminal.Out.WriteLine(asJson
            ? ExplanationJson.Text(example.Id, explained.Explanations)
            : string.Join("\n\n", explained.Explanations.Select(explanation => explanation.ToText())));
        return ExitCode.Ok;
    }
}
