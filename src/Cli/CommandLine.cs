using System.CommandLine;
using Commission.Cli.Commands;

namespace Commission.Cli;

/// <summary>The `commission` command.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="terminal">Where output goes.</param>
    /// <param name="cancellationToken">Interrupts the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        // What begins with @ is for the commands: `call` reads a request from such a file.
        var parser = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var parsed = Root(terminal).Parse(args, parser);
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        };
        var code = await parsed.InvokeAsync(configuration, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root(Terminal terminal)
    {
        var server = new Option<string>("--server")
        {
            Description = "Address of the silo, such as http://127.0.0.1:5080 (or set COMMISSION_SERVER)",
            HelpName = "URL",
            Recursive = true,
            DefaultValueFactory = _ => terminal.DefaultServer,
        };
        return new RootCommand(
            "Sales commission from the command line: how much will I make? Exit codes: 0 done; 1 the input has errors; "
            + "2 wrong usage; 3 server not reachable; 4 refused by the server; 130 interrupted. Who calls is proven by "
            + "the token in COMMISSION_TOKEN, where the server asks for one.")
        {
            server,
            ImportCommand.Create(terminal, server),
            ApplyCommand.Create(terminal, server),
            EstimateCommand.Create(terminal, server),
            EstimatesCommand.Create(terminal, server),
            CreditsCommand.Create(terminal, server),
            DealCommand.Create(terminal, server),
            PreviewCommand.Create(terminal, server),
            PreviewsCommand.Create(terminal, server),
            PipelineCommand.Create(terminal, server),
            GoalCommand.Create(terminal, server),
            WatchCommand.Create(terminal, server),
            TeamCommand.Create(terminal, server),
            LeaderboardCommand.Create(terminal, server),
            TerritoryCommand.Create(terminal, server),
            RepCommand.Create(terminal, server),
            PlanCommand.Create(terminal, server),
            RatesCommand.Create(terminal, server),
            EvaluateCommand.Create(terminal),
            ForecastCommand.Create(terminal),
            ExplainCommand.Create(terminal, server),
            StoreCommand.Create(terminal),
            VerifyCommand.Create(terminal, server),
            CallCommand.Create(terminal, server),
            CompletionCommand.Create(terminal),
            VersionCommand.Create(terminal),
        };
    }
}
