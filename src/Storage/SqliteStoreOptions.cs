namespace Commission.Storage;

/// <summary>How to open a store in a SQLite file.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The file; it is created when missing, its folder is not.</summary>
    public required string Path { get; init; }

    /// <summary>The clock for the times that the store itself records.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How many operations may wait for the writer. While that many wait, further calls wait for space, first come
    /// first served, and can be cancelled. The batch being written is not counted.
    /// </summary>
    public int MaxQueuedItems { get; init; } = 16_384;

    /// <summary>How many bytes of payload may wait for the writer; one larger operation may wait alone.</summary>
    public long MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>How many connections read at the same time; further reads wait.</summary>
    public int MaxReaders { get; init; } = 4;

    /// <summary>
    /// How many heads of accounts the writer remembers; beyond that it forgets them all and asks the file again.
    /// </summary>
    public int MaxCachedHeads { get; init; } = 262_144;

    /// <summary>The size, in pages of 4 KiB, at which the write-ahead log is copied into the file.</summary>
    public int CheckpointPages { get; init; } = 8_192;
}
