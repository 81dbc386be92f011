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

    /// <summary>Runs, checks the totals and prints a table; the first round warms up.</summary>
    /// <param name="count">Events in each round.</param>
    public static async Task RunAsync(int count)
    {
        await using var silo = await LoadSilo.StartAsync();
        var sheet = new Sheet("events");
        var (bytes, rows) = await RowsOfAsync(silo, count);
        using var table = new OneTable(bytes / rows);
        table.Insert(count);
        for (var round = 1; round <= Rounds; round++)
        {
            await RoundAsync(sheet, silo, round, count);
            sheet.More($"{Limit}: rows", "/s", table.Insert(count * rows));
        }

        sheet.More("rows of an event", "", rows);
        sheet.More("bytes of a row", "B", bytes / rows);
        sheet.Ratio("events of the rows inserted into one table", $"{Ours}: credited", $"{Limit}: rows", goal: 0.15);
        await CheckAsync(silo, (Rounds + 1L) * count);
        sheet.ToReport().Publish();
    }

    /// <summary>Bytes and rows that an event leaves in the store, found by the round that warms up.</summary>
    private static async Task<(int Bytes, int Rows)> RowsOfAsync(LoadSilo silo, int count)
    {
        var before = await silo.ContentAsync();
        await RecordAsync(silo, 0, count);
        var after = await silo.ContentAsync();
        return ((int)((after.Bytes - before.Bytes) / count),
            (int)Math.Round((after.Rows - before.Rows) / (double)count));
    }

    private static async Task RoundAsync(Sheet sheet, LoadSilo silo, int round, int count)
    {
        var store = silo.StoreBytes;
        var live = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var used = Environment.CpuUsage.TotalTime;
        var (acknowledged, credited) = await RecordAsync(silo, round, count);
        used = Environment.CpuUsage.TotalTime - used;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        live = GC.GetTotalMemory(forceFullCollection: true) - live;
        sheet.More($"{Ours}: acknowledged", "/s", count / acknowledged.TotalSeconds);
        sheet.More($"{Ours}: credited", "/s", count / credited.TotalSeconds, goal: 20_000);
        sheet.Less("processor time of an event, with its client", "µs", used.TotalMicroseconds / count);
        sheet.Less("allocated by an event, with its client", "B", allocated / (double)count);
        sheet.Less("an event in the store's files", "B", (silo.StoreBytes - store) / (double)count, goal: 1024);
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

    private static async Task CheckAsync(LoadSilo silo, long expected)
    {
        var deals = 0L;
        foreach (var group in (string[])["north-america", "europe", "pacific"])
        {
            deals += (await ViewAsync(silo, group, after: null)).All.Deals;
        }

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
