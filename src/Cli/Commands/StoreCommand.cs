using System.CommandLine;
using System.Globalization;
using Commission.Storage;
using Commission.Storage.Postgres;

namespace Commission.Cli.Commands;

/// <summary>`commission store migrate`; needs the database, and no silo.</summary>
internal static class StoreCommand
{
    private const string Variable = "COMMISSION_STORE";

    public static Command Create(Terminal terminal)
    {
        var store = new Option<string>("--store")
        {
            Description = "postgres://user:password@host:port/database, or Host=…;Database=…;Username=…;Password=… "
                + $"(or set {Variable}, which other users of this machine do not see)",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) ?? "",
        };
        var migrate = new Command("migrate", "Make the tables of a PostgreSQL database, or bring them up to date")
        {
            store,
        };
        migrate.SetAction(Guard.Action(
            terminal,
            (parsed, cancellationToken) => MigrateAsync(terminal, parsed.GetValue(store)!, cancellationToken)));
        return new Command("store", "The database of the silos") { migrate };
    }

    private static async Task<int> MigrateAsync(Terminal terminal, string store, CancellationToken cancellationToken)
    {
        if (!PostgresAddress.IsOne(store))
        {
            return ExplainOther(terminal, store);
        }

        try
        {
            var format = await PostgresSchema.MigrateAsync(store, cancellationToken);
            var place = PostgresAddress.Parse(store).Description;
            var change = format.Found == format.Now ? "as before" : Text($"before: {format.Found}");
            terminal.Out.WriteLine(Text($"The {place} has format {format.Now} ({change})."));
            return ExitCode.Ok;
        }
        catch (StoreUnavailableException unavailable)
        {
            terminal.Error.WriteLine(unavailable.Message);
            return ExitCode.Unreachable;
        }
        catch (StoreFormatException refused)
        {
            terminal.Error.WriteLine(refused.Message);
            return ExitCode.Refused;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is no address may still have a password in it, and is not repeated.</summary>
    private static int ExplainOther(Terminal terminal, string store)
    {
        if (store.Length == 0 || store.Contains('=', StringComparison.Ordinal)
            || store.Contains("://", StringComparison.Ordinal))
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
