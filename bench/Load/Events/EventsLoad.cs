using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;

namespace Commission.Load.Events;

/// <summary>
/// Durable events a second, end to end: RecordStream → synced log → credits of owner, territory, group and manager
/// applied and durable. New deals of one owner each, over the sample company's payees and territories; beside it rows
/// of the same size inserted into one table of the same store's kind.
/// </summary>
internal static class EventsLoad
{
    private const int Rounds = 5;
    private const string Ours = "events";
    private const string Limit = "rows inserted into one table";

    private static readonly string[] Territories =
        ["northwest", "northeast", "central", "southwest", "southeast", "canada", "france", "germany", "australia"];

    /// <summary>On SQLite.</summary>
    /// <param name="count">Events in each round.</param>
    public static Task RunAsync(int count) =>
        RunAsync("events", new SqliteLoadStore(), count, new EventGoals(0.15, Rate: 20_000, Bytes: 1024));

    /// <summary>Runs, checks the totals and prints a table; the first round warms up.</summary>
    /// <param name="name">Of the measurement.</param>
    /// <param name="store">An empty one, which ends here.</param>
    /// <param name="count">Events in each round.</param>
    /// <param name="goals">Held to these.</param>
    public static async Task RunAsync(string name, ILoadStore store, int count, EventGoals goals)
    {
        await using var silo = await LoadSilo.StartAsync(store);
        var sheet = new Sheet(name);
        var (bytes, rows) = await RowsOfAsync(silo, count);
        await using var table = await store.CreateTableAsync(bytes / rows);
        await table.InsertAsync(count);
        for (var round = 1; round <= Rounds; round++)
        {
            await RoundAsync(sheet, silo, round, count, goals);
            await InsertAsync(sheet, table, count * rows);
        }

        sheet.More("rows of an event", "", rows);
        sheet.More("bytes of a row", "B", bytes / rows);
        sheet.Ratio(
            "events of the rows inserted into one table", $"{Ours}: credited", $"{Limit}: rows", goals.Ratio);
        await CheckAsync(silo, (Rounds + 1L) * count);
        sheet.ToReport().Publish();
    }

    /// <summary>Bytes and rows that an event leaves in the store, found by the round that warms up.</summary>
    private static async Task<(int Bytes, int Rows)> RowsOfAsync(LoadSilo silo, int count)
    {
        var before = await silo.Store.ContentAsync();
        await RecordAsync(silo, 0, count);
        var after = await silo.Store.ContentAsync();
        return ((int)((after.Bytes - before.Bytes) / count),
            (int)Math.Round((after.Rows - before.Rows) / (double)count));
    }

    /// <summary>By every way; the limit is the fastest.</summary>
    private static async Task InsertAsync(Sheet sheet, IRowTable table, int rows)
    {
        var rates = await table.InsertAsync(rows);
        foreach (var (way, rate) in rates.Count > 1 ? rates : [])
        {
            sheet.More($"{Limit}, {way}: rows", "/s", rate);
        }

        sheet.More($"{Limit}: rows", "/s", rates.Max(one => one.Rate));
    }

    private static async Task RoundAsync(Sheet sheet, LoadSilo silo, int round, int count, EventGoals goals)
    {
        var size = await silo.Store.SizeAsync();
        var live = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var used = Environment.CpuUsage.TotalTime;
        var (acknowledged, credited) = await RecordAsync(silo, round, count);
        used = Environment.CpuUsage.TotalTime - used;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        live = GC.GetTotalMemory(forceFullCollection: true) - live;
        size = await silo.Store.SizeAsync() - size;
        sheet.More($"{Ours}: acknowledged", "/s", count / acknowledged.TotalSeconds);
        sheet.More($"{Ours}: credited", "/s", count / credited.TotalSeconds, goals.Rate);
        sheet.Less("processor time of an event, with its client", "µs", used.TotalMicroseconds / count);
        sheet.Less("allocated by an event, with its client", "B", allocated / (double)count);
        sheet.Less("an event in the store's files", "B", size / (double)count, goals.Bytes);
        sheet.Less("a new deal in memory, its grain active still", "B", live / (double)count);
    }

    private static async Task<(TimeSpan Acknowledged, TimeSpan Credited)> RecordAsync(
        LoadSilo silo, int round, int count)
    {
        var time = TimeProvider.System;
        var last = new Dictionary<int, long>();
        var start = time.GetTimestamp();
        var method = DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream");
        await foreach (var ack in silo.Channel.DuplexAsync<RecordRequest, RecordAck>(method, Events(round, count)))
        {
            var at = Company.PositionOf(ack);
            last[at.Shard] = Math.Max(at.Number, last.GetValueOrDefault(at.Shard));
        }

        var acknowledged = time.GetElapsedTime(start);
        foreach (var (shard, number) in last)
        {
            await ViewAsync(silo, "north-america", new Position { Shard = shard, Number = number });
        }

        // Events before a shard's last one may be under way still.
        while (await DealsAsync(silo) < (round + 1L) * count)
        {
            await Task.Yield();
        }

        return (acknowledged, time.GetElapsedTime(start));
    }

    private static async IAsyncEnumerable<RecordRequest> Events(int round, int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return Event(string.Create(CultureInfo.InvariantCulture, $"L{round}-{i}"), i);
        }

        await Task.CompletedTask;
    }

    /// <summary>A deal of one of the sample company's payees.</summary>
    /// <param name="id">Of the event and the deal.</param>
    /// <param name="i">Decides its owner, territory, amount and day.</param>
    internal static RecordRequest Event(string id, int i) => new()
    {
        EventId = id,
        Deal = new Deal
        {
            Deal_ = id,
            Credited = $"2020-{1 + (i % 6):00}-{1 + (i % 28):00}",
            Status = DealStatus.Won,
            Amount = new Money { Currency = "USD", Units = 1000 + (i % 9000) },
            Owners = { new DealOwner { Rep = $"rep-{281 + (i % 9)}", Share = "100%" } },
            Fields = { ["territory"] = Territories[i % Territories.Length], ["accessories_amount"] = "12.50" },
        },
    };

    private static async Task<long> DealsAsync(LoadSilo silo)
    {
        var deals = 0L;
        foreach (var group in (string[])["north-america", "europe", "pacific"])
        {
            deals += (await ViewAsync(silo, group, after: null)).All.Deals;
        }

        return deals;
    }

    private static async Task CheckAsync(LoadSilo silo, long expected)
    {
        var deals = await DealsAsync(silo);
        if (deals != expected)
        {
            throw new InvalidOperationException($"{expected} deals were recorded, the territories have {deals}.");
        }

        Console.WriteLine($"Checked: the territories have all {deals} deals.");
    }

    private static Task<TerritoryView> ViewAsync(LoadSilo silo, string territory, Position? after) =>
        silo.CallAsync<GetTerritoryRequest, TerritoryView>(
            TerritoriesReflection.Descriptor.Services[0],
            "Get",
            new GetTerritoryRequest { Territory = territory, After = after });
}

/// <summary>What events are held to.</summary>
/// <param name="Ratio">Events of the rows that are inserted into one table, at least.</param>
/// <param name="Rate">Events a second, at least.</param>
/// <param name="Bytes">Of an event in the store's files, at most.</param>
internal sealed record EventGoals(double Ratio, double? Rate = null, double? Bytes = null);
