using System.CommandLine;
using System.Globalization;
using Commission.Contracts.V1;
using Commission.Engine;

namespace Commission.Cli.Commands;

/// <summary>`commission plan …`: validate and schema need no server.</summary>
internal static class PlanCommand
{
    public static Command Create(Terminal terminal, Option<string> server)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Plans in YAML or JSON", Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "A line of JSON for each plan, as the API answers" };
        var validate = new Command("validate", "Say everything that is wrong with plans: path, line, column, hint")
        {
            files, json,
        };
        validate.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var code = ExitCode.Ok;
            foreach (var file in parsed.GetValue(files)!)
            {
                var text = await File.ReadAllTextAsync(file, cancellationToken);
                code = Math.Max(code, Validate(terminal, file, text, parsed.GetValue(json)));
            }

            return code;
        }));
        return new Command("plan", "Compensation plans")
        {
            validate,
            PlanSchemaCommand.Create(terminal),
            PublishedPlanCommands.Versions(terminal, server),
            PublishedPlanCommands.Diff(terminal, server),
            PublishedPlanCommands.Simulate(terminal, server),
        };
    }

    private static int Validate(Terminal terminal, string file, string text, bool json)
    {
        var plan = PlanFormat.ParsePlan(text);
        if (json)
        {
            terminal.WriteJsonLine(Reply(plan));
            return plan.IsValid ? ExitCode.Ok : ExitCode.Findings;
        }

        foreach (var problem in plan.Problems)
        {
            terminal.Out.WriteLine(Text(file, problem));
        }

        if (!plan.IsValid || plan.Value is null)
        {
            return ExitCode.Findings;
        }

        var effective = Dates.Text(plan.Value.Effective);
        terminal.Out.WriteLine(
            $"{file}: plan {plan.Value.Id}, effective {effective}, is valid "
            + $"({plan.Value.Components.Length} components)");
        return ExitCode.Ok;
    }

    private static ValidatePlanReply Reply(Parsed<Engine.Plan> plan)
    {
        var reply = new ValidatePlanReply { Valid = plan.IsValid };
        if (plan is { IsValid: true, Value: { } valid })
        {
            (reply.Plan, reply.Effective) = (valid.Id, Dates.Text(valid.Effective));
        }

        reply.Problems.AddRange(plan.Problems.Select(problem => new PlanProblem
        {
            Severity = problem.Severity == ProblemSeverity.Error ? "error" : "warning",
            Path = problem.Path,
            Line = problem.Line,
            Column = problem.Column,
            Message = problem.Message,
            Hint = problem.Hint ?? "",
        }));
        return reply;
    }

    /// <summary>A problem as compilers print theirs, so that editors find the place.</summary>
    internal static string Text(string file, Problem problem)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{file}:{problem.Line}:{problem.Column}");
        var severity = problem.Severity == ProblemSeverity.Error ? "error" : "warning";
        var path = problem.Path.Length > 0 ? $" {problem.Path}:" : "";
        var hint = string.IsNullOrEmpty(problem.Hint) ? "" : $" (did you mean '{problem.Hint}'?)";
        return $"{place}: {severity}:{path} {problem.Message}{hint}";
    }
}
