using Commission.Bench;
using Commission.Load.Calls;
using Commission.Load.Measuring;

namespace Commission.Load.Postgres;

/// <summary>
/// What people would do instead, beside a silo on the same PostgreSQL server: to insert each deal into a table and
/// recompute its payee's pay by a query; and to ask by that query what a payee earns. Both have the same deals on a
/// yearly plan of five tiers with a multiplier, and both say the same cents, for all payees at each tenth of their
/// deals, exactly at the plan's bounds, and at the end.
/// </summary>
internal static class RecomputeLoad
{
    private const int Rounds = 5;

    // So many that a round, a fiftieth of their deals, takes more than half a second.
    private const int Payees = 60;
    private const int Parts = 50;
    private const int Connections = 8;

    // Of an average amount of 5,500 USD: by the last deal all five tiers are reached.
    private const long QuotaOfDeal = 4_000;

    /// <summary>Measures on a server that is named, or on one of its own.</summary>
    /// <param name="connection">Keys and values; null: its own.</param>
    /// <param name="deals">That each payee has in the end, at least 10.</param>
    public static async Task RunAsync(string? connection, int deals)
    {
        await using var server = await LoadServer.OpenAsync(connection);
        await using var silo = await LoadSilo.StartEmptyAsync(await server.CreateStoreAsync());
        var company = new Company(silo.Channel, Payees + 1);
        await company.PutAsync(PreviewLoad.Plan, "year", deals * QuotaOfDeal);
        await using var table = await DealTable.CreateAsync(
            await server.CreateDatabaseAsync(), Payees + 1, deals * QuotaOfDeal);
        var connections = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => table.ConnectAsync()));

        var both = new BothSides(company, table);
        var sheet = new Sheet("recompute");
        await FillAsync(both, connections[0], deals);
        await table.VacuumAsync();
        await RecordAsync(sheet, both, connections, deals * Payees);
        await table.VacuumAsync();
        var known = await both.CheckAsync(connections[0], Enumerable.Range(0, Payees));
        await AskAsync(sheet, new Questions(silo, company, connections, known));
        sheet.ToReport().Publish();
        await Task.WhenAll(connections.Select(one => one.DisposeAsync().AsTask()));
    }

    /// <summary>All but what is measured, and the bounds.</summary>
    private static async Task FillAsync(BothSides both, DealConnection connection, int deals)
    {
        var total = deals * Payees;
        var filled = total - ((Rounds + 1) * (total / Parts));
        await both.CheckAsync(connection, Enumerable.Range(0, Payees + 1));
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var (from, to) = (filled / 10 * tenth, tenth == 9 ? filled : filled / 10 * (tenth + 1));
            await both.FillAsync(BothSides.Deals(Payees, from, to - from));
            await both.CheckAsync(connection, Enumerable.Range(0, Payees));
        }

        foreach (var deal in BothSides.AtBounds(Payees, deals * QuotaOfDeal))
        {
            await both.FillAsync([deal]);
            await both.CheckAsync(connection, [Payees]);
        }

        Console.WriteLine("Checked: the query and GetEstimate say the same cents.");
    }

    /// <summary>The rest of the deals, so that no payee ever has more than it shall; the first part warms up.</summary>
    private static async Task RecordAsync(
        Sheet sheet, BothSides both, DealConnection[] connections, int total)
    {
        const string Ours = "durable events: credited";
        var theirs = $"insert and recompute, {connections.Length} connections: events";
        var part = total / Parts;
        for (var round = 0; round <= Rounds; round++)
        {
            var deals = BothSides.Deals(Payees, total - ((Rounds + 1 - round) * part), part);
            var credited = await both.RecordAsync(deals);
            var recomputed = await BothSides.RecomputeAsync(connections, deals);
            if (round > 0)
            {
                sheet.More(Ours, "/s", credited);
                sheet.More(theirs, "/s", recomputed);
            }
        }

        sheet.Ratio("durable events of those inserted and recomputed", Ours, theirs, goal: 20);
    }

    private static async Task AskAsync(Sheet sheet, Questions questions)
    {
        var ways = questions.Ways;
        foreach (var way in ways)
        {
            await way.AskAsync();
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var way in ways)
            {
                var (rate, used, bytes) = await way.AskAsync();
                sheet.More($"{way.Name}: answers", "/s", rate);
                sheet.Less($"{way.Name}: processor time in this process", "µs", used);
                sheet.Less($"{way.Name}: allocated in this process", "B", bytes);
            }
        }

        foreach (var way in ways.Where(way => way.Beside is not null))
        {
            sheet.Ratio(
                $"{way.Name}: answers of those of {way.Beside}",
                $"{way.Name}: answers", $"{way.Beside}: answers", way.Goal);
        }
    }
}
