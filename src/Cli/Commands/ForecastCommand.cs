using System.CommandLine;
using System.Text.Json;
using Commission.Cli.Evaluating;
using Commission.Cli.Forecasting;
using Commission.Cli.Views;
using Commission.Client.Text;
using Commission.Engine;

namespace Commission.Cli.Commands;

/// <summary>`commission forecast CASE [--open FILE]`; needs no server.</summary>
internal sealed class ForecastCommand(Terminal terminal)
{
    private readonly Argument<string> _case = new("CASE")
    {
        Description = "One conformance case in JSON or YAML: plan, assignment and credits",
    };

    private readonly Option<string> _open = new("--open")
    {
        HelpName = "FILE",
        Description = "Credits of open deals, a list like a case's credits, each with its probability: 60%",
    };

    private readonly Option<string> _on = new("--on")
    {
        HelpName = "DATE",
        Description = "The day of the forecast, YYYY-MM-DD; open deals credited before it are taken to close on it; "
            + "default: the day of the last credit",
    };

    private readonly Option<string> _goal = new("--goal")
    {
        HelpName = "AMOUNT",
        Description = "How much more, of what, or which of the open deals, to earn this in the windows of that day",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, with numbers as text" };

    public static Command Create(Terminal terminal)
    {
        var forecast = new ForecastCommand(terminal);
        var command = new Command(
            "forecast", "Offline: pay at 100 % of quota, the next tier and unit, and what open deals may bring")
        {
            forecast._case, forecast._open, forecast._on, forecast._goal, forecast._json,
        };
        command.SetAction(Guard.Action(terminal, forecast.RunAsync));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var day = ReadDay(parsed.GetValue(_on));
        var goal = ReadGoal(parsed.GetValue(_goal));
        var file = parsed.GetValue(_case)!;
        var cases = await InputFiles.CasesAsync(terminal, file, cancellationToken);
        var openFile = parsed.GetValue(_open);
        var open = openFile is null ? [] : await InputFiles.OpenCreditsAsync(terminal, openFile, cancellationToken);
        if (cases is not { } read || open is not { } pipeline)
        {
            return ExitCode.Findings;
        }

        if (read is not [var example])
        {
            throw new UsageError($"{file} has {read.Length} cases; a forecast is of one.");
        }

        if (pipeline.FirstOrDefault(credit => IsCredited(example, credit)) is { } twice)
        {
            throw new UsageError($"The deal '{twice.Deal.Id}' of {openFile} is credited in {file} already.");
        }

        var on = day ?? LastCredit(example) ??
            throw new UsageError("The case has no credits; name the day of the forecast with --on.");
        var forecast = Forecast.Of(Conformance.Books(example, pipeline), on, pipeline, goal) ??
            throw new UsageError($"No plan is in force on {Dates.Text(on)}.");
        Print(forecast, parsed.GetValue(_json));
        return ExitCode.Ok;
    }

    private void Print(Forecast forecast, bool asJson)
    {
        if (!asJson)
        {
            terminal.Console.Write(ForecastView.Of(terminal, forecast));
            return;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, CaseJson.Options))
        {
            ForecastJson.Write(json, forecast);
        }

        terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static DateOnly? ReadDay(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Dates.Read(text) ?? throw new UsageError($"--on: '{text}' is no date such as 2026-03-31.");
    }

    private static decimal? ReadGoal(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Decimals.TryParse(text, out var goal) && Math.Abs(goal) <= DealChecks.MaxMagnitude
            ? goal
            : throw new UsageError($"--goal: '{text}' is no sum of money such as 12000 or 12000.50.");
    }

    private static bool IsCredited(ConformanceCase example, DealCredit open) =>
        example.Credits.Any(credit => credit.Deal.Id == open.Deal.Id);

    private static DateOnly? LastCredit(ConformanceCase example) =>
        example.Credits.Select(credit => (DateOnly?)credit.Deal.Credited).Max();
}
