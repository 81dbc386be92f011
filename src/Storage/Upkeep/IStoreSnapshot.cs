namespace Commission.Storage.Upkeep;

/// <summary>
/// Everything that a store holds, as it was at one moment, row by row, in an order that is the same in every store.
/// Nothing is checked here, so that no damage hides what is behind it. Used by one thread, one sequence at a time.
/// </summary>
internal interface IStoreSnapshot : IDisposable
{
    /// <summary>By shard, then number.</summary>
    IEnumerable<LoggedEvent> Events();

    /// <summary>By the UTF-8 bytes of the account, then sequence.</summary>
    IEnumerable<StoredEntry> Entries();

    /// <summary>By the UTF-8 bytes of name, then key.</summary>
    IEnumerable<StoredState> States();

    /// <summary>By the UTF-8 bytes of the tenant, then sequence.</summary>
    IEnumerable<StoredDocument> Documents();

    /// <summary>By document, then version.</summary>
    IEnumerable<DocumentVersion> Versions();

    /// <summary>Event ids whose record is missing, or another's.</summary>
    IEnumerable<StoreProblem> StrayEventIds();

    /// <summary>Rows that no other row leads to: accounts without records, records without an account.</summary>
    IEnumerable<StoreProblem> StrayRows();

    /// <summary>What the database itself finds wrong with its pages and indexes.</summary>
    /// <param name="ct">Abandons the search, which may take long before it finds anything.</param>
    IEnumerable<StoreProblem> BrokenPages(CancellationToken ct);

    /// <summary>Whether a failure to read is damage to a table. Then other sequences can be read still, after
    /// <see cref="GoOn"/>.</summary>
    bool IsDamage(Exception failure);

    /// <summary>Leaves a sequence behind that ended in damage.</summary>
    void GoOn();
}

/// <summary>Takes records in the order of a snapshot.</summary>
internal interface IRecordSink
{
    void Add(StoredEvent record);

    void Add(StoredEntry record);

    void Add(StoredState record);

    void Add(StoredDocument record);
}

/// <summary>Fills an empty store in one transaction; disposed before its commit, it leaves nothing.</summary>
internal interface IStoreLoader : IRecordSink, IDisposable
{
    /// <summary>Writes what still waits, and what follows from the records.</summary>
    void Complete();

    /// <summary>What is loaded, though not committed. Not to be disposed.</summary>
    IStoreSnapshot Loaded { get; }

    /// <summary>Makes it durable.</summary>
    void Commit();

    /// <summary>Whether a failure to add means that two records have one key, or one is beyond the format.</summary>
    bool IsRefusal(Exception failure);
}
