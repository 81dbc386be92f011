using Commission.Storage;

namespace Commission.Grains.Crediting;

/// <summary>What became of a put that names no expected version, which therefore can't conflict.</summary>
internal static class CatalogOutcome
{
    /// <summary>The document's version and sequence, and whether it was there already.</summary>
    public static (long Version, long Sequence, bool IsRepeat) Of(CatalogPutResult put) => put switch
    {
        CatalogPutResult.Put added => (added.Version, added.Sequence, false),
        CatalogPutResult.Unchanged there => (there.Version, there.Sequence, true),
        _ => throw new InvariantException($"a put without an expected version ended as {put}"),
    };
}
