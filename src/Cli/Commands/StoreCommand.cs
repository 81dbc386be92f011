using System.CommandLine;
using Commission.Cli.Views;
using Commission.Storage;
using Commission.Storage.Postgres;

namespace Commission.Cli.Commands;

/// <summary>`commission store migrate`, `check`, `export` and `import`; they need the store, and no silo.</summary>
internal static class StoreCommand
{
    private const string Variable = "COMMISSION_STORE";

    public static Command Create(Terminal terminal)
    {
        var database = Store("postgres://user:password@host:port/database, or Host=…;Database=…;Username=…;Password=…");
        var migrate = Command(
            terminal, "migrate", "Make the tables of a PostgreSQL database, or bring them up to date", database,
            (parsed, ct) => MigrateAsync(terminal, parsed.GetValue(database)!, ct));
        return new Command("store", "The database of the silos")
        {
            migrate, Check(terminal), Export(terminal), Import(terminal),
        };
    }

    private static Command Check(Terminal terminal)
    {
        var store = StoreOfAnyKind();
        return Command(
            terminal, "check", "Read a whole store and name everything that is wrong with it; silos may go on", store,
            (parsed, ct) => StoreUpkeepView.CheckAsync(terminal, NameOf(parsed.GetValue(store)!), ct));
    }

    private static Command Export(Terminal terminal)
    {
        var (store, file) = (StoreOfAnyKind(), FileArgument("The file to make, such as commission-2026-03-31.export"));
        var command = Command(
            terminal, "export", "Write a whole store into a file, as it is at this moment; silos may go on", store,
            (parsed, ct) => StoreUpkeepView.ExportAsync(
                terminal, NameOf(parsed.GetValue(store)!), parsed.GetValue(file)!, ct));
        command.Add(file);
        return command;
    }

    private static Command Import(Terminal terminal)
    {
        var (store, file) = (StoreOfAnyKind(), FileArgument("The file that `commission store export` made"));
        var command = Command(
            terminal, "import", "Fill an empty store, of any kind, from a file: all of it, or nothing", store,
            (parsed, ct) => StoreUpkeepView.ImportAsync(
                terminal, NameOf(parsed.GetValue(store)!), parsed.GetValue(file)!, ct));
        command.Add(file);
        return command;
    }

    private static Option<string> StoreOfAnyKind() =>
        Store("A SQLite file such as data/commission.db, or postgres://user:password@host:port/database");

    private static Option<string> Store(string forms) => new("--store")
    {
        Description = $"{forms} (or set {Variable}, which other users of this machine do not see)",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) ?? "",
    };

    private static Argument<string> FileArgument(string description) => new("FILE") { Description = description };

    private static Command Command(
        Terminal terminal,
        string name,
        string description,
        Option<string> store,
        Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { store };
        command.SetAction(Guard.Action(terminal, (parsed, ct) => ExplainAsync(terminal, () => run(parsed, ct))));
        return command;
    }

    private static async Task<int> ExplainAsync(Terminal terminal, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (StorageException failure)
        {
            terminal.Error.WriteLine(failure.Message);
            return failure switch
            {
                StoreUnavailableException => ExitCode.Unreachable,
                ExportFileException => ExitCode.Findings,
                _ => ExitCode.Refused,
            };
        }
    }

    private static string NameOf(string store) =>
        store.Length > 0 && (PostgresAddress.IsOne(store) || !LooksLikeAddress(store))
            ? store
            : throw new UsageError(
                $"--store (or {Variable}) names no store: expected a SQLite file such as data/commission.db, or "
                + "postgres://user:password@host:port/database or Host=…;Database=…;Username=…;Password=….");

    private static async Task<int> MigrateAsync(Terminal terminal, string store, CancellationToken cancellationToken)
    {
        if (!PostgresAddress.IsOne(store))
        {
            return ExplainOther(terminal, store);
        }

        var format = await PostgresSchema.MigrateAsync(store, cancellationToken);
        var place = PostgresAddress.Parse(store).Description;
        var change = format.Found == format.Now ? "as before" : FormattableString.Invariant($"before: {format.Found}");
        terminal.Out.WriteLine(FormattableString.Invariant($"The {place} has format {format.Now} ({change})."));
        return ExitCode.Ok;
    }

    private static bool LooksLikeAddress(string store) =>
        store.Contains('=', StringComparison.Ordinal) || store.Contains("://", StringComparison.Ordinal);

    /// <summary>What is no address may still have a password in it, and is not repeated.</summary>
    private static int ExplainOther(Terminal terminal, string store)
    {
        if (store.Length == 0 || LooksLikeAddress(store))
        {
            throw new UsageError(
                $"--store (or {Variable}) is no address of a PostgreSQL database: expected "
                + "postgres://user:password@host:port/database or Host=…;Database=…;Username=…;Password=….");
        }

        terminal.Out.WriteLine(
            $"{store}: a SQLite file is made, and brought up to date, by the silo that opens it. Nothing to do.");
        return ExitCode.Ok;
    }
}
