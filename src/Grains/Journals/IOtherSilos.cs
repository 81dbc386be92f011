namespace Commission.Grains.Journals;

/// <summary>Asks the other silos of a cluster, where there are any.</summary>
public interface IOtherSilos
{
    /// <summary>
    /// Those of the accounts that are active in another silo and may not have all records up to the given one in
    /// memory.
    /// </summary>
    /// <param name="ends">By account: the sequence of a record that the ledger has.</param>
    /// <remarks>Fails, with whatever the grain runtime fails with, if a silo that may have activations does not answer;
    /// to be tried again.</remarks>
    Task<IReadOnlyCollection<string>> FindBehindAsync(IReadOnlyDictionary<string, long> ends);
}
