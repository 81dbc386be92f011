namespace Commission.Storage.Sqlite;

/// <summary>
/// (owner, number) in one integer, which orders by owner, then by number, and is compared faster than two columns.
/// </summary>
internal readonly record struct PackedKey(int NumberBits)
{
    /// <summary>Log and catalog: 20 bits of shard or tenant, 43 of number.</summary>
    public static readonly PackedKey Wide = new(43);

    /// <summary>Ledger: 31 bits of account, 32 of sequence.</summary>
    public static readonly PackedKey Narrow = new(32);

    public long NumberMax => (1L << NumberBits) - 1;

    public long OwnerMax => (1L << (63 - NumberBits)) - 1;

    public long Pack(long owner, long number)
    {
        if (owner < 0 || owner > OwnerMax || number < 0 || number > NumberMax)
        {
            throw new InvalidOperationException($"The key ({owner}, {number}) is beyond the file's format.");
        }

        return (owner << NumberBits) | number;
    }

    /// <summary>The key of an owner's greatest number.</summary>
    public long Last(long owner) => Pack(owner, NumberMax);

    /// <summary>The key that a page after a number begins behind: a number beyond all is like the greatest.</summary>
    public long After(long owner, long number) => Pack(owner, Math.Min(number, NumberMax));

    public long Owner(long key) => key >> NumberBits;

    public long Number(long key) => key & NumberMax;
}
