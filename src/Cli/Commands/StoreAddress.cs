using System.CommandLine;
using Commission.Storage;
using Commission.Storage.Postgres;

namespace Commission.Cli.Commands;

/// <summary>How commands name a store, and what they say of one that fails.</summary>
internal static class StoreAddress
{
    /// <summary>The environment variable for an address.</summary>
    public const string Variable = "COMMISSION_STORE";

    /// <summary>The option --store for a store of either kind.</summary>
    public static Option<string> OptionOfAnyKind() =>
        Option("A SQLite file such as data/commission.db, or postgres://user:password@host:port/database");

    /// <summary>The option --store.</summary>
    public static Option<string> Option(string forms) => new("--store")
    {
        Description = $"{forms} (or set {Variable}, which other users of this machine do not see)",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) ?? "",
    };

    /// <summary>The store's name, if it can be one.</summary>
    /// <exception cref="UsageError">It can't.</exception>
    public static string NameOf(string store) =>
        store.Length > 0 && (PostgresAddress.IsOne(store) || !LooksLikeOne(store))
            ? store
            : throw new UsageError(
                $"--store (or {Variable}) names no store: expected a SQLite file such as data/commission.db, or "
                + "postgres://user:password@host:port/database or Host=…;Database=…;Username=…;Password=….");

    /// <summary>Whether something is meant to be an address.</summary>
    public static bool LooksLikeOne(string store) =>
        store.Contains('=', StringComparison.Ordinal) || store.Contains("://", StringComparison.Ordinal);

    /// <summary>Runs a command; says what is wrong with the store where it fails.</summary>
    public static async Task<int> ExplainAsync(Terminal terminal, Func<Task<int>> run)
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
}
