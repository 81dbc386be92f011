using Commission.Contracts.Grains.V1;

namespace Commission.Grains.Journals;

/// <summary>What a holder of credits is asked for.</summary>
internal static class Holdings
{
    /// <summary>Whether each revision asked for, or a later one, is held.</summary>
    public static bool AreHeld(this HeldRevisions asked, Func<string, long> revisionOf)
    {
        for (var i = 0; i < asked.Deals.Count; i++)
        {
            if (revisionOf(asked.Deals[i]) < asked.Revisions[i])
            {
                return false;
            }
        }

        return true;
    }
}
