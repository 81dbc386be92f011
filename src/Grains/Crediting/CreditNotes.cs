using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Crediting;

/// <summary>Who is credited with a deal and why: as a deal's journal keeps it, and as the API says it.</summary>
internal static class CreditNotes
{
    /// <summary>What is kept.</summary>
    public static KeptCredits Of(CreditedDeal credited)
    {
        var kept = new KeptCredits();
        foreach (var rep in credited.Reps)
        {
            foreach (var reason in rep.Reasons)
            {
                kept.Credits.Add(CreditRecords.ToRecord(reason));
            }
        }

        kept.Territories.AddRange(credited.Territories);
        return kept;
    }

    /// <summary>The payees in ordinal order, each with the roles in their order.</summary>
    public static IEnumerable<Api.CreditedPayee> ToApi(this KeptCredits kept) => kept.Credits
        .GroupBy(credit => credit.Rep, StringComparer.Ordinal)
        .OrderBy(rep => rep.Key, StringComparer.Ordinal)
        .Select(rep => new Api.CreditedPayee
        {
            Rep = rep.Key,
            Roles = { rep.GroupBy(credit => credit.Role).OrderBy(role => role.Key).Select(role => ToRole([.. role])) },
        });

    private static Api.PayeeRole ToRole(IReadOnlyList<KeptCredit> ways) => new()
    {
        Role = ((CreditRole)ways[0].Role).ToString().ToLowerInvariant(),
        Share = ways.Max(CreditRecords.ToShare).ToText(),
        Ways =
        {
            ways.Select(way => new Api.CreditWay
            {
                Rule = ((CreditSource)way.Source).ToString().ToLowerInvariant(),
                By = way.By,
                Share = way.ToShare().ToText(),
            }),
        },
    };
}
