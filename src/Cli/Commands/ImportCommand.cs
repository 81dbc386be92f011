using System.CommandLine;
using System.Globalization;
using Commission.Client;
using Commission.Client.Import;
using Commission.Cli.Views;
using Spectre.Console;

namespace Commission.Cli.Commands;

/// <summary>`commission import FILE --map MAP`.</summary>
internal sealed class ImportCommand
{
    private const int RefusalsShown = 20;

    private readonly Argument<string> _file = new("FILE") { Description = "A CSV file of deals" };

    private readonly Option<string> _map = new("--map")
    {
        HelpName = "MAP", Description = "How its rows become deals (docs/import.md)", Required = true,
    };

    private readonly Option<string> _report = new("--report")
    {
        HelpName = "FILE", Description = "Write refused rows there as CSV: line, deal, field, reason",
    };

    private readonly Option<string> _state = new("--state")
    {
        HelpName = "FILE", Description = "Where an interrupted import is noted; default: FILE.import-state",
    };

    private readonly Option<int> _window = new("--window")
    {
        HelpName = "N", Description = "Events that may wait for their acknowledgement", DefaultValueFactory = _ => 1024,
    };

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new ImportCommand();
        var command = new Command("import", "Send the deals of a CSV file; safe to interrupt and to repeat")
        {
            options._file, options._map, options._report, options._state, options._window,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var mapping = MappingFormat.Load(parsed.GetValue(options._map)!);
            if (mapping.Value is null)
            {
                mapping.Problems.ToList().ForEach(problem => terminal.Error.WriteLine(problem));
                return ExitCode.Findings;
            }

            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token);
            await silo.PingAsync(cancellationToken);
            var report = await options.RunAsync(terminal, silo.Channel, parsed, mapping.Value, cancellationToken);
            return options.Finish(terminal, parsed, report);
        }));
        return command;
    }

    private async Task<ImportReport> RunAsync(
        Terminal terminal, RpcChannel channel, ParseResult parsed, Client.Import.Mapping mapping,
        CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file)!;
        var window = parsed.GetValue(_window);
        var options = new ImportOptions
        {
            StatePath = parsed.GetValue(_state) ?? file + ".import-state",
            Window = window >= 1 ? window : throw new UsageError("--window: at least 1."),
        };
        var rows = DealFile.Read(file, mapping);
        if (!terminal.IsInteractive)
        {
            return await DealImporter.RunAsync(channel, rows, options, null, cancellationToken);
        }

        var lines = File.ReadLines(file).LongCount();
        return await terminal.Console.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask("deals", maxValue: lines);
                var progress = new Direct(at =>
                {
                    bar.Value = at.Line;
                    bar.Description = string.Create(CultureInfo.InvariantCulture, $"{at.Done:#,##0} deals");
                });
                return DealImporter.RunAsync(channel, rows, options, progress, cancellationToken);
            });
    }

    private int Finish(Terminal terminal, ParseResult parsed, ImportReport report)
    {
        terminal.Console.Write(ImportView.Of(terminal, report));
        foreach (var refusal in report.Refusals.Take(RefusalsShown))
        {
            terminal.Error.WriteLine(
                $"{parsed.GetValue(_file)}:{refusal.Line}: {refusal.Deal} {refusal.Field}: {refusal.Reason}");
        }

        if (report.Refusals.Count > RefusalsShown)
        {
            terminal.Error.WriteLine($"… and {report.Refusals.Count - RefusalsShown} more; --report FILE writes all.");
        }

        if (parsed.GetValue(_report) is { } path)
        {
            WriteReport(path, report.Refusals);
        }

        return report.Refusals.Count == 0 ? ExitCode.Ok : ExitCode.Findings;
    }

    private static void WriteReport(string path, IReadOnlyList<RowRefusal> refusals)
    {
        using var file = new StreamWriter(path) { NewLine = "\n" };
        file.WriteLine("line,deal,field,reason");
        foreach (var refusal in refusals.OrderBy(refusal => refusal.Line))
        {
            var line = refusal.Line.ToString(CultureInfo.InvariantCulture);
            file.WriteLine(string.Join(',', line, Quote(refusal.Deal), Quote(refusal.Field), Quote(refusal.Reason)));
        }
    }

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;

    /// <summary>Progress on the importer's own thread: the bar is as far as the import is.</summary>
    private sealed class Direct(Action<ImportProgress> show) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => show(value);
    }
}
