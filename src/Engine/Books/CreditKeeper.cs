using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>
/// Credits that books keep whole: without the fields that no plan asks for, and what is the same in most of them once.
/// </summary>
/// <param name="assignments">Those of the books.</param>
internal sealed class CreditKeeper(IReadOnlyList<PlanAssignment> assignments)
{
    private static readonly ImmutableArray<RoleShare>[] Whole =
        [.. Enum.GetValues<CreditRole>().Select(role => ImmutableArray.Create(new RoleShare(role, 1m)))];

    private readonly HashSet<string> _asked = AskedFields.Of(assignments);

    /// <summary>The same credit to every plan of the assignments.</summary>
    public DealCredit Keep(DealCredit credit) => new(
        credit.Deal with { Fields = FieldsOf(credit.Deal), Currency = CurrencyOf(credit.Deal), Owners = [] },
        RolesOf(credit.Roles));

    private ImmutableSortedDictionary<string, string> FieldsOf(Deal deal)
    {
        var fields = deal.Fields;
        foreach (var name in deal.Fields.Keys)
        {
            if (!_asked.Contains(name))
            {
                fields = fields.Remove(name);
            }
        }

        return fields.IsEmpty ? Deal.NoFields : fields;
    }

    private string? CurrencyOf(Deal deal)
    {
        foreach (var assigned in assignments)
        {
            foreach (var plan in assigned.Versions)
            {
                if (plan.Currency.Code == deal.Currency)
                {
                    return plan.Currency.Code;
                }
            }
        }

        return deal.Currency;
    }

    private static ImmutableArray<RoleShare> RolesOf(ImmutableArray<RoleShare> roles) =>
        roles is [{ Share: 1m } only] ? Whole[(int)only.Role] : roles;
}
