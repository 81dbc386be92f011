using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Verification;

/// <summary>Compares deals' own accounts with the log. For one thread.</summary>
/// <param name="scope">What the log says.</param>
internal sealed class DealCheck(Scope scope)
{
    private readonly HashSet<StandingDeal> _seen = [];

    /// <summary>Takes a deal's account; its last record says how the deal stands.</summary>
    /// <param name="key">tenant/deal.</param>
    /// <param name="sequence">Of the last record: the revision that the deal's credits carry.</param>
    /// <param name="payload">The last record.</param>
    public void Take(string key, long sequence, ReadOnlySpan<byte> payload)
    {
        var (tenant, id) = GrainKeys.Split(key);
        try
        {
            var state = DealState.Parser.ParseFrom(payload);
            if (scope.Deals.Find(tenant, id) is { } deal)
            {
                _seen.Add(deal);
                deal.Revision = sequence;
                Compare(deal, state);
            }
            else
            {
                scope.Findings.Add(PlaceOf(tenant, id).Of("account", "", state.Position.ToText()));
            }
        }
        catch (Exception unreadable) when (Unreadable.Is(unreadable))
        {
            scope.Findings.Add(PlaceOf(tenant, id).Of(
                "account", "", $"the last record can't be read: {unreadable.Message}"));
        }
    }

    /// <summary>Reports the deals that have no account.</summary>
    public void Complete()
    {
        foreach (var deal in scope.Deals.All.Where(deal => !_seen.Contains(deal)))
        {
            var place = new Difference { Tenant = deal.Tenant, Deal = deal.Id, Positions = { deal.Position } };
            Take(deal, [place.Of("account", deal.Position.ToText(), "")]);
        }
    }

    private static Difference PlaceOf(string tenant, string deal) => new() { Tenant = tenant, Deal = deal };

    private void Compare(StandingDeal deal, DealState state)
    {
        if (!IsSame(deal, state))
        {
            var place = PlaceOf(deal.Tenant, deal.Id);
            place.Positions.Add(deal.Position);
            Take(deal, [.. Between(place, deal, state)]);
        }
    }

    /// <summary>Finds most accounts the same at once; of the others <see cref="Between"/> decides.</summary>
    private static bool IsSame(StandingDeal deal, DealState state)
    {
        foreach (var (payee, _) in deal.Payees)
        {
            if (!state.HasRep(payee))
            {
                return false;
            }
        }

        foreach (var territory in deal.Territories)
        {
            if (!state.HasTerritory(territory))
            {
                return false;
            }
        }

        return deal.IsAt(state.Position) && deal.SourceVersion == state.SourceVersion;
    }

    private void Take(StandingDeal deal, List<Difference> differences)
    {
        if (differences.Count > 0 && scope.MayDiffer(deal))
        {
            scope.Findings.AddPending(deal);
        }
        else
        {
            scope.Findings.Add(differences);
        }
    }

    private static IEnumerable<Difference> Between(Difference place, StandingDeal deal, DealState state)
    {
        if (!deal.Position.Equals(state.Position))
        {
            yield return place.Of("position", deal.Position.ToText(), state.Position.ToText());
        }

        if (deal.SourceVersion != state.SourceVersion)
        {
            yield return place.Of("source version", deal.SourceVersion.ToText(), state.SourceVersion.ToText());
        }

        foreach (var payee in deal.Payees.Select(one => one.Payee).Except(state.Reps, StringComparer.Ordinal))
        {
            yield return place.Of("payees told", payee, "");
        }

        foreach (var territory in deal.Territories.Except(state.Territories, StringComparer.Ordinal))
        {
            yield return place.Of("territories told", territory, "");
        }
    }
}
