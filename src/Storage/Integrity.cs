namespace Commission.Storage;

/// <summary>Says where a store is damaged.</summary>
internal static class Integrity
{
    /// <summary>A record must match the checksum that is stored with it.</summary>
    public static void Check(string table, string key, long number, long stored, int computed)
    {
        if (stored != computed)
        {
            throw new CorruptRecordException(table, key, number, "the record does not match its checksum");
        }
    }

    /// <summary>Records are numbered without gaps; null expects nothing.</summary>
    public static void CheckNext(string table, string key, long number, long? expected)
    {
        if (expected is not null && number != expected)
        {
            throw new CorruptRecordException(table, key, expected.Value, "the record is missing");
        }
    }
}
