using System.Runtime.InteropServices;

namespace Commission.Storage;

/// <summary>One thing that is wrong with a store, and where.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The owner of the record: "shard 3", "account rep/ann"; empty for the whole table.</param>
/// <param name="Number">The record's number, sequence or version; 0 where it has none.</param>
/// <param name="What">What is wrong.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StoreProblem(string Table, string Key, long Number, string What)
{
    /// <summary>All of it, on one line.</summary>
    public override string ToString()
    {
        var key = Key.Length > 0 ? $", {Key}" : "";
        var number = Number != 0 ? FormattableString.Invariant($", number {Number}") : "";
        return $"{Table}{key}{number}: {What}".ReplaceLineEndings(" ");
    }
}

/// <summary>How much a store holds.</summary>
/// <param name="Shards">Shards with events.</param>
/// <param name="Events">Events in the deal log.</param>
/// <param name="Accounts">Accounts of the ledger.</param>
/// <param name="Entries">Records of the ledger.</param>
/// <param name="States">Grain states, cleared ones among them.</param>
/// <param name="Tenants">Tenants with documents.</param>
/// <param name="Documents">Versions of documents.</param>
public sealed record StoreCounts(
    long Shards, long Events, long Accounts, long Entries, long States, long Tenants, long Documents);
