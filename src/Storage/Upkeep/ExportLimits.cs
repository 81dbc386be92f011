namespace Commission.Storage.Upkeep;

/// <summary>What a store accepts through its front door, and so from a file.</summary>
internal static class ExportLimits
{
    /// <exception cref="ArgumentException">No store could have held it.</exception>
    public static void Check<T>(T record)
    {
        switch (record)
        {
            case StoredEvent one:
                StorageLimits.CheckShard(one.Shard);
                StorageLimits.CheckKeys((one.Tenant, "tenant"), (one.EventId, "event_id"));
                StorageLimits.CheckPayload(one.Payload, "payload");
                ArgumentOutOfRangeException.ThrowIfNotEqual(
                    one.ContentHash.Length, StoredEvent.ContentHashBytes, nameof(record));
                break;
            case StoredEntry one:
                StorageLimits.CheckKey(one.Account, "account");
                StorageLimits.CheckPayload(one.Payload, "payload");
                break;
            case StoredState one:
                StorageLimits.CheckKeys((one.Name, "name"), (one.Key, "key"));
                StorageLimits.CheckPayload(one.State, "state");
                break;
            case StoredDocument one:
                StorageLimits.CheckKeys((one.Tenant, "tenant"), (one.Kind, "kind"), (one.Id, "id"));
                StorageLimits.CheckPayload(one.Document, "document");
                break;
        }
    }
}
