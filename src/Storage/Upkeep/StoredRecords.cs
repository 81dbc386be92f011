using System.Runtime.InteropServices;

namespace Commission.Storage.Upkeep;

/// <summary>One event of the deal log as it is stored, with what its event id keeps of the content's hash.</summary>
internal sealed record StoredEvent(
    int Shard,
    long Number,
    string Tenant,
    string EventId,
    long RecordedMs,
    byte[] ContentHash,
    long Checksum,
    byte[] Payload)
{
    /// <summary>How many bytes of the hash stores keep.</summary>
    public const int ContentHashBytes = 16;
}

/// <summary>One record of an account as it is stored.</summary>
internal sealed record StoredEntry(string Account, long Sequence, long Checksum, byte[] Payload);

/// <summary>One grain state as it is stored; without a state it was cleared, and only its version is kept.</summary>
internal sealed record StoredState(string Name, string Key, long Version, long Checksum, byte[]? State = null);

/// <summary>One version of a document as it is stored.</summary>
internal sealed record StoredDocument(
    string Tenant,
    long Sequence,
    string Kind,
    string Id,
    long Version,
    long RecordedMs,
    long Checksum,
    byte[] Document);

/// <summary>An event and the place that its event id names; null: nothing has its event id.</summary>
internal sealed record LoggedEvent(StoredEvent Event, LogPosition? First);

/// <summary>A version of a document by its keys, and the one that the list of latest names; null: none.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DocumentVersion(
    string Tenant, string Kind, string Id, long Version, long Sequence, long? LatestSequence)
{
    public string Place => $"document {Tenant}/{Kind}/{Id}";

    public bool IsOfSame(DocumentVersion other) =>
        (Tenant, Kind, Id) == (other.Tenant, other.Kind, other.Id);
}
