namespace Commission.Grains.Journals;

/// <summary>How a kind of account is written in pieces of a snapshot.</summary>
internal interface ISnapshotFormat
{
    /// <summary>Changes with every change of the format: pieces of another are ignored, and written anew.</summary>
    int Version { get; }

    /// <summary>The records of a piece; the same records give the same bytes.</summary>
    byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>> payloads);
}

/// <summary>What becomes of an account that is read from its beginning.</summary>
internal interface ISnapshotReader
{
    /// <summary>Takes the records of a piece.</summary>
    void TakePiece(ReadOnlySpan<byte> body);

    /// <summary>Takes a record.</summary>
    void TakeRecord(ReadOnlySpan<byte> payload);

    /// <summary>All was read.</summary>
    void Finish();
}
