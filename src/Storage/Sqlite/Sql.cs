namespace Commission.Storage.Sqlite;

/// <summary>Statements and steps that the writer and the readers share.</summary>
internal static class Sql
{
    public const string LogHead = "SELECT position FROM deal_log WHERE position <= ? ORDER BY position DESC LIMIT 1";

    public const string LedgerHead = "SELECT position FROM ledger WHERE position <= ? ORDER BY position DESC LIMIT 1";

    public const string CatalogHead = "SELECT position FROM catalog WHERE position <= ? ORDER BY position DESC LIMIT 1";

    /// <summary>The greatest key up to one; null when there is none.</summary>
    public static long? LastKey(Statement head, long upTo)
    {
        long? key = head.Bind(upTo).Step() ? head.Int64(0) : null;
        head.Reset();
        return key;
    }

    /// <summary>The greatest number of an owner; 0 when it has none.</summary>
    public static long LastNumber(Statement head, PackedKey keys, long owner)
    {
        var key = LastKey(head, keys.Last(owner)) ?? 0;
        return keys.Owner(key) == owner ? keys.Number(key) : 0;
    }
}
