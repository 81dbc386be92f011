using System.CommandLine;
using Commission.Cli.Views;
using Commission.Storage;
using Commission.Storage.Postgres;

namespace Commission.Cli.Commands;

/// <summary>`commission store migrate`, `check`, `export` and `import`; they need the store, and no silo.</summary>
internal static class StoreCommand
{
    public static Command Create(Terminal terminal)
    {
        var database = StoreAddress.Option(
            "postgres://user:password@host:port/database, or Host=…;Database=…;Username=…;Password=…");
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
        var store = StoreAddress.OptionOfAnyKind();
        return Command(
            terminal, "check", "Read a whole store and name everything that is wrong with it; silos may go on", store,
            (parsed, ct) => StoreUpkeepView.CheckAsync(terminal, StoreAddress.NameOf(parsed.GetValue(store)!), ct));
    }

    private static Command Export(Terminal terminal)
    {
        var (store, file) = (
            StoreAddress.OptionOfAnyKind(), FileArgument("The file to make, such as commission-2026-03-31.export"));
        var command = Command(
            terminal, "export", "Write a whole store into a file, as it is at this moment; silos may go on", store,
            (parsed, ct) => StoreUpkeepView.ExportAsync(
                terminal, StoreAddress.NameOf(parsed.GetValue(store)!), parsed.GetValue(file)!, ct));
        command.Add(file);
        return command;
    }

    private static Command Import(Terminal terminal)
    {
        var (store, file) = (
            StoreAddress.OptionOfAnyKind(), FileArgument("The file that `commission store export` made"));
        var command = Command(
            terminal, "import", "Fill an empty store, of any kind, from a file: all of it, or nothing", store,
            (parsed, ct) => StoreUpkeepView.ImportAsync(
                terminal, StoreAddress.NameOf(parsed.GetValue(store)!), parsed.GetValue(file)!, ct));
        command.Add(file);
        return command;
    }

    private static Argument<string> FileArgument(string description) => new("FILE") { Description = description };

    private static Command Command(
        Terminal terminal,
        string name,
        string description,
        Option<string> store,
        Func<ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { store };
        command.SetAction(Guard.Action(
            terminal, (parsed, ct) => StoreAddress.ExplainAsync(terminal, () => run(parsed, ct))));
        return command;
    }

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

    /// <summary>What is no address may still have a password in it, and is not repeated.</summary>
    private static int ExplainOther(Terminal terminal, string store)
    {
        if (store.Length == 0 || StoreAddress.LooksLikeOne(store))
        {
            throw new UsageError(
                $"--store (or {StoreAddress.Variable}) is no address of a PostgreSQL database: expected "
                + "postgres://user:password@host:port/database or Host=…;Database=…;Username=…;Password=….");
        }

        terminal.Out.WriteLine(
            $"{store}: a SQLite file is made, and brought up to date, by the silo that opens it. Nothing to do.");
        return ExitCode.Ok;
    }
}
