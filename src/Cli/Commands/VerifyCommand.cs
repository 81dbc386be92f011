using System.CommandLine;
using Commission.Cli.Views;
using Commission.Contracts.V1;
using Commission.Storage;
using Commission.Verification;

namespace Commission.Cli.Commands;

/// <summary>`commission verify`: of a store, or of a silo.</summary>
internal static class VerifyCommand
{
    private const int MostDifferences = 10_000;
    private const int UsualDifferences = 200;

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var store = new Option<string>("--store")
        {
            HelpName = "ADDRESS",
            Description = "Verify a store instead of a silo: a SQLite file such as data/commission.db, or "
                + $"postgres://user:password@host:port/database; \"\" takes it from {StoreAddress.Variable}",
        };
        var most = new Option<int>("--most")
        {
            HelpName = "N",
            Description = "How many differences to print, at most 10,000; all are counted",
            DefaultValueFactory = _ => UsualDifferences,
        };
        var json = new Option<bool>("--json") { Description = "A line of JSON for each difference and the summary" };
        var command = new Command(
            "verify",
            "Recompute every figure from the log, and name what differs from the ledger (--store) or from a silo's "
            + "answers. Exit codes: 0 nothing; 1 differences; 2 could not be verified")
        {
            store, most, json,
        };
        command.SetAction(Guard.Action(terminal, (parsed, ct) => ExplainAsync(terminal, () =>
        {
            var view = new VerifyView(terminal, parsed.GetValue(json));
            var count = Checked(parsed.GetValue(most));
            return parsed.GetValue(store) is { } address
                ? OfStoreAsync(view, AddressOf(address), count, ct)
                : OfSiloAsync(view, Server.At(parsed.GetValue(server)!, terminal.Token), count, ct);
        })));
        return command;
    }

    private static string AddressOf(string store) => StoreAddress.NameOf(
        store.Length > 0 ? store : Environment.GetEnvironmentVariable(StoreAddress.Variable) ?? "");

    private static int Checked(int most) => most is >= 1 and <= MostDifferences
        ? most
        : throw new UsageError($"--most {most}: expected 1 to {MostDifferences}.");

    private static async Task<int> OfStoreAsync(VerifyView view, string store, int most, CancellationToken ct)
    {
        await StoreVerification.RunAsync(store, most, view.Show, ct);
        return view.Code;
    }

    private static async Task<int> OfSiloAsync(VerifyView view, Server server, int most, CancellationToken ct)
    {
        using var silo = server;
        await foreach (var update in silo.VerifyAsync(new VerifyRequest { MostDifferences = most }, ct))
        {
            view.Show(update);
        }

        return view.Code;
    }

    private static async Task<int> ExplainAsync(Terminal terminal, Func<Task<int>> run)
    {
        try
        {
            return await StoreAddress.ExplainAsync(terminal, () => ExplainDamageAsync(terminal, run));
        }
        catch (UnverifiableException reason)
        {
            terminal.Error.WriteLine(reason.Message);
            return ExitCode.Usage;
        }
    }

    private static async Task<int> ExplainDamageAsync(Terminal terminal, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (CorruptRecordException damage)
        {
            terminal.Error.WriteLine($"{damage.Message} `commission store check` names everything that is damaged.");
            return ExitCode.Usage;
        }
    }
}
