namespace Commission.Load.Events;

/// <summary>An empty store of a silo, its own; it ends with all that it has.</summary>
internal interface ILoadStore : IAsyncDisposable
{
    /// <summary>The silo's settings for it.</summary>
    IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Bytes of its files, indexes and all, but for write-ahead logs.</summary>
    Task<long> SizeAsync();

    /// <summary>Rows that events leave in it, and the bytes of what these hold.</summary>
    Task<(long Rows, long Bytes)> ContentAsync();

    /// <summary>An empty table of the same kind of store.</summary>
    /// <param name="bytes">Of a row, as <see cref="ContentAsync"/> counts them.</param>
    Task<IRowTable> CreateTableAsync(int bytes);
}

/// <summary>What a store can't be faster than: rows of a size inserted in their order into one table.</summary>
internal interface IRowTable : IAsyncDisposable
{
    /// <summary>Inserts so many rows by each of the ways that there are, in turn.</summary>
    /// <returns>Rows a second by each.</returns>
    Task<IReadOnlyList<(string Way, double Rate)>> InsertAsync(int count);
}
