namespace Commission.Storage;

/// <summary>A store could not do what was asked, for a reason that is no answer to the question.</summary>
public abstract class StorageException : Exception
{
    private protected StorageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>
/// A record does not match its checksum, or is missing between others. Its place goes with
/// <see cref="Exception.Data"/>, so that it also arrives where only that part of an exception crosses processes.
/// </summary>
public sealed class CorruptRecordException : StorageException
{
    private const string TableName = "table";
    private const string KeyName = "key";
    private const string NumberName = "number";

    /// <summary>Names the place of the bad record.</summary>
    public CorruptRecordException(string table, string key, long number, string what)
        : base($"Table {table}, {key}, number {number}: {what}.")
    {
        Data[TableName] = table;
        Data[KeyName] = key;
        Data[NumberName] = number;
    }

    /// <summary>The table that holds the record.</summary>
    public string Table => Data[TableName] as string ?? "";

    /// <summary>The record's owner: "shard 3", "account rep/acme/ann".</summary>
    public string Key => Data[KeyName] as string ?? "";

    /// <summary>The record's number, sequence or version.</summary>
    public long Number => Data[NumberName] is long number ? number : 0;
}

/// <summary>
/// The medium failed: the disk is full, a write or sync failed, or the file is damaged.
/// The outcome of a write that ends so is unknown to its caller until the store has been read again,
/// unless <see cref="NothingWritten"/> says more.
/// </summary>
public sealed class StoreUnavailableException : StorageException
{
    /// <summary>Says what failed.</summary>
    public StoreUnavailableException(string message, Exception? inner, bool nothingWritten, bool canContinue)
        : base(message, inner)
    {
        NothingWritten = nothingWritten;
        CanContinue = canContinue;
    }

    /// <summary>True when the call certainly left no trace.</summary>
    public bool NothingWritten { get; }

    /// <summary>True when the store takes further calls (a full disk); false when it must be opened anew.</summary>
    public bool CanContinue { get; }
}

/// <summary>Another process, or another store in this one, has the file open for writing.</summary>
public sealed class StoreInUseException : StorageException
{
    /// <summary>Names the file.</summary>
    public StoreInUseException(string path, Exception inner)
        : base($"The store {path} is in use by another writer (it holds {path}.lock).", inner) => Path = path;

    /// <summary>The store's file.</summary>
    public string Path { get; }
}

/// <summary>The file is no store of ours, or was written by a newer version of this software.</summary>
public sealed class StoreFormatException : StorageException
{
    /// <summary>Says what is wrong with the file.</summary>
    public StoreFormatException(string message)
        : base(message)
    {
    }
}

/// <summary>A store that is to be filled has something in it already; it was not changed.</summary>
public sealed class StoreNotEmptyException : StorageException
{
    /// <summary>Names the store and what it has.</summary>
    public StoreNotEmptyException(string place, string table)
        : base($"The {place} is not empty (its table {table} has rows): import into a new store.")
    {
    }
}

/// <summary>An export file is damaged, cut short, or of another format.</summary>
public sealed class ExportFileException : StorageException
{
    /// <summary>Names the place in the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="what">What is wrong with it.</param>
    /// <param name="inner">What showed it.</param>
    public ExportFileException(string file, long line, string what, Exception? inner = null)
        : base(FormattableString.Invariant($"{file}, line {line}: {what}."), inner) => Line = line;

    /// <summary>The line, from 1.</summary>
    public long Line { get; }
}
