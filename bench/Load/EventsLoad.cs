using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Load;

/// <summary>
/// Durable events a second, end to end: RecordStream → synced log → credits of owner, territory, group and manager
/// applied and durable. New deals of one owner each, over the sample company's payees and territories.
/// </summary>
internal static class EventsLoad
{
    private const int Rounds = 5;

    private static readonly string[] Territories =
        ["northwest", "northeast", "central", "southwest", "southeast", "canada", "france", "germany", "australia"];

    /// <summary>Runs, checks the totals and prints a table; the first round warms up.</summary>
    public static async Task RunAsync(int count)
    {
        await using var silo = await LoadSilo.StartAsync();
        Console.WriteLine("round   acknowledged/s   credited/s   allocated B/event   store B/event   live B/event");
        for (var round = 0; round <= Rounds; round++)
        {
            var line = await RoundAsync(silo, round, count);
            Console.WriteLine(round == 0 ? $"{line}   (warm-up)" : line);
        }

        await CheckAsync(silo, (Rounds + 1L) * count);
    }

    private static async Task<string> RoundAsync(LoadSilo silo, int round, int count)
    {
        var time = TimeProvider.System;
        var last = new Dictionary<int, long>();
        var store = silo.StoreBytes;
        var live = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = time.GetTimestamp();
        var method = DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream");
        await foreach (var ack in silo.Channel.DuplexAsync<RecordRequest, RecordAck>(method, Events(round, count)))
        {
            var at = ack.Recorded?.Position
                ?? throw new InvalidOperationException($"Event {ack.Index} was refused: {ack.Refused}");
            last[at.Shard] = Math.Max(at.Number, last.GetValueOrDefault(at.Shard));
        }

        var acknowledged = time.GetElapsedTime(start);
        foreach (var (shard, number) in last)
        {
            await ViewAsync(silo, "north-america", new Position { Shard = shard, Number = number });
        }

        var credited = time.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        live = GC.GetTotalMemory(forceFullCollection: true) - live;
        return string.Create(CultureInfo.InvariantCulture,
            $"{round,5}   {count / acknowledged.TotalSeconds,14:0}   {count / credited.TotalSeconds,10:0}   "
            + $"{allocated / count,17}   {(silo.StoreBytes - store) / count,13}   {live / count,12}");
    }

    private static async IAsyncEnumerable<RecordRequest> Events(int round, int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return Event(string.Create(CultureInfo.InvariantCulture, $"L{round}-{i}"), i);
        }

        await Task.CompletedTask;
    }

    private static RecordRequest Event(string id, int i) => new()
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
