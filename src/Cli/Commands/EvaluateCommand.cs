using System.CommandLine;
using System.Text.Json;
using Commission.Cli.Evaluating;
using Commission.Engine;

namespace Commission.Cli.Commands;

/// <summary>`commission evaluate FILE…`; needs no server.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Conformance cases, one or a list of them, in JSON or YAML", Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "evaluate", "Compute windows, statements and deals of cases offline; compare with what they expect")
        {
            files,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var cases = new List<ConformanceCase>();
            foreach (var file in parsed.GetValue(files)!)
            {
                if (await InputFiles.CasesAsync(terminal, file, cancellationToken) is not { } read)
                {
                    return ExitCode.Findings;
                }

                cases.AddRange(read);
            }

            return Evaluate(terminal, cases);
        }));
        return command;
    }

    private static int Evaluate(Terminal terminal, List<ConformanceCase> cases)
    {
        var differences = 0;
        var sink = new TextSink(terminal.Out);
        using (var json = new Utf8JsonWriter(sink, CaseJson.Options))
        {
            json.WriteStartArray();
            foreach (var example in cases)
            {
                var evaluation = Conformance.Evaluate(example);
                CaseJson.Write(json, example, evaluation);
                foreach (var difference in Conformance.Differences(example, evaluation))
                {
                    terminal.Error.WriteLine($"{example.Id}: {difference}");
                    differences++;
                }
            }

            json.WriteEndArray();
        }

        sink.Flush();
        terminal.Out.WriteLine();
        terminal.Error.WriteLine($"{cases.Count} cases, {differences} differences");
        return differences == 0 ? ExitCode.Ok : ExitCode.Findings;
    }
}
