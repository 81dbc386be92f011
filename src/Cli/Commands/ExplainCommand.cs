using System.Collections.Immutable;
using System.CommandLine;
using Commission.Cli.Evaluating;
using Commission.Engine;

namespace Commission.Cli.Commands;

/// <summary>`commission explain FILE`; needs no server.</summary>
internal sealed class ExplainCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "Conformance cases, one or a list of them, in JSON or YAML",
    };

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

    public static Command Create(Terminal terminal)
    {
        var options = new ExplainCommand();
        var command = new Command(
            "explain", "Say how a figure of a case comes about, offline: deals, attainment, tiers, rounding, draw")
        {
            options._file, options._case, options._component, options._window, options._deal, options._period,
            options._credits, options._json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var file = parsed.GetValue(options._file)!;
            if (await InputFiles.CasesAsync(terminal, file, cancellationToken) is not { } cases)
            {
                return ExitCode.Findings;
            }

            return Explain(terminal, Find(file, cases, parsed.GetValue(options._case)), options.Request(parsed),
                parsed.GetValue(options._json));
        }));
        return command;
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
