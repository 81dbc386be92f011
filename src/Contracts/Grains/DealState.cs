namespace Commission.Contracts.Grains.V1;

/// <summary>Who may hold a credit of a deal: those whom its last revision credits, others from one before.</summary>
public sealed partial class DealState
{
    /// <summary>Every payee who may hold a credit of the deal, each once.</summary>
    public IEnumerable<string> Reps => (Credited?.Credits ?? []).Select(static credit => credit.Rep)
        .Concat(OtherReps).Distinct(StringComparer.Ordinal);

    /// <summary>Every territory whose totals the deal may be in, each once.</summary>
    public IEnumerable<string> Territories => (Credited?.Territories ?? [])
        .Concat(OtherTerritories).Distinct(StringComparer.Ordinal);

    /// <summary>Whether a payee may hold a credit of the deal.</summary>
    public bool HasRep(string rep)
    {
        foreach (var credit in Credited?.Credits ?? [])
        {
            if (credit.Rep == rep)
            {
                return true;
            }
        }

        return OtherReps.Contains(rep);
    }

    /// <summary>Whether the deal may be in a territory's totals.</summary>
    public bool HasTerritory(string territory) =>
        Credited?.Territories.Contains(territory) == true || OtherTerritories.Contains(territory);
}
