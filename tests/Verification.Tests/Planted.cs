using Commission.Contracts.Grains.V1;
using Commission.Grains.Tests.Harness;
using Google.Protobuf;

namespace Commission.Verification.Tests;

/// <summary>A small company whose figures are easily worked out, and ways to damage its ledger.</summary>
internal static class Planted
{
    public const string Ann = "rep/acme/ann";
    public const string Bob = "rep/acme/bob";
    public const string Deal = "deal/acme/d1";
    public const string North = "territory/acme/north";

    /// <summary>Ann sold d1 and d2, Bob d3; d1 and d3 are in the north. 5 % of 40,000 and 20,000; 5 % of 10,000.
    /// </summary>
    public static async Task FillAsync(World world)
    {
        await world.PutRepsAsync("ann", "bob", "eve");
        await world.PutAsync(Docs.Territory("north", region: "north", members: "eve"));
        await world.CreditAsync(Docs.Event("e1", "d1", 40_000m, "2026-02-03", "north", "ann"));
        await world.CreditAsync(Docs.Event("e2", "d2", 20_000m, "2026-02-20", "south", "ann"));
        await world.CreditAsync(Docs.Event("e3", "d3", 10_000m, "2026-03-05", "north", "bob"));
        await world.SettleAsync();
    }

    /// <summary>Edits the last record of an account; null: it is left out.</summary>
    public static StoreCopy Last<TRecord>(string account, Func<TRecord, TRecord?> edit)
        where TRecord : class, IMessage<TRecord>, new() => new((name, records) =>
        {
            if (name == account)
            {
                var record = edit(new MessageParser<TRecord>(() => new TRecord()).ParseFrom(records[^1].Span));
                records.RemoveAt(records.Count - 1);
                records.AddRange(record is null ? [] : [record.ToByteArray()]);
            }

            return records;
        });

    /// <summary>Adds a copy of an account's last record to an account.</summary>
    public static StoreCopy Added(string from, string to, Action<CreditRecord> change)
    {
        var copy = new CreditRecord();
        return new StoreCopy((name, records) =>
        {
            if (name == from)
            {
                copy = CreditRecord.Parser.ParseFrom(records[^1].Span);
                change(copy);
            }

            if (name == to)
            {
                records.Add(copy.ToByteArray());
            }

            return records;
        });
    }
}
