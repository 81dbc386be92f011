using System.Collections.Immutable;
using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Mapping;

/// <summary>From the API's territory to the engine's.</summary>
internal static class TerritoryMapping
{
    private const int MostMembers = 10_000;
    private const int MostConditions = 100;

    /// <summary>
    /// The engine's territory; what is wrong goes to <paramref name="fields"/>, and the result is null then.
    /// </summary>
    public static Territory? ToTerritory(Api.Territory territory, Fields fields)
    {
        fields.Slug("territory", territory.Territory_);
        if (territory.Parent.Length > 0)
        {
            fields.Slug("parent", territory.Parent);
        }

        if (territory.When.Count > MostConditions)
        {
            fields.Refuse("when", $"Expected at most {MostConditions}; found {territory.When.Count}.");
        }

        if (territory.Members.Count > MostMembers)
        {
            fields.Refuse("members", $"Expected at most {MostMembers}; found {territory.Members.Count}.");
        }

        if (territory.When.Count > MostConditions || territory.Members.Count > MostMembers)
        {
            return null;
        }

        var when = territory.When.Select((match, i) => ToMatcher(match, $"when[{i}]", fields)).ToImmutableArray();
        var members = territory.Members.Select((member, i) => ToMember(member, $"members[{i}]", fields))
            .ToImmutableArray();
        var parent = territory.Parent.Length == 0 ? null : territory.Parent;
        ToQuota(territory, fields);
        return fields.Refused
            ? null
            : new Territory(territory.Territory_, territory.Title, parent, when, members);
    }

    /// <summary>The engine's territory from one that was checked when it was put.</summary>
    /// <exception cref="InvalidOperationException">It does not pass the checks any more: a bug.</exception>
    public static Territory ToRecordedTerritory(Api.Territory territory)
    {
        var fields = new Fields();
        return ToTerritory(territory, fields)
            ?? throw new InvalidOperationException($"Territory '{territory.Territory_}': {fields.Refusals[0]}.");
    }

    /// <summary>What the territory is expected to sell, and in which currency; null where it has no quota, or a wrong
    /// one.</summary>
    public static (string Currency, Quota Quota)? ToQuota(Api.Territory territory, Fields fields)
    {
        if (territory.Quota is not { } quota)
        {
            return null;
        }

        if (!Currency.TryGet(quota.Currency, out _))
        {
            fields.Refuse("quota.currency", $"'{quota.Currency}' is not an ISO 4217 currency code, e.g. USD.");
        }

        if (quota.Quota is null)
        {
            fields.Refuse("quota.quota", "A quota is required.");
            return null;
        }

        var result = RepMapping.ToQuota(quota.Quota, "quota.quota", fields);
        return fields.Refused ? null : (quota.Currency, result);
    }

    private static Matcher ToMatcher(Api.FieldMatch match, string at, Fields fields)
    {
        fields.Id($"{at}.field", match.Field, 100);
        var isRange = match.Min.Length + match.Max.Length > 0;
        var kinds = (match.AnyOf.Count > 0 ? 1 : 0) + (match.NoneOf.Count > 0 ? 1 : 0) + (isRange ? 1 : 0);
        if (kinds != 1)
        {
            fields.Refuse(at, "Exactly one of any_of, none_of and min/max is required.");
        }

        if (match.AnyOf.Count > 0)
        {
            return new Matcher.OneOf(match.Field, [.. match.AnyOf]);
        }

        return match.NoneOf.Count > 0
            ? new Matcher.NoneOf(match.Field, [.. match.NoneOf])
            : ToRange(match, at, fields);
    }

    private static Matcher ToRange(Api.FieldMatch match, string at, Fields fields) =>
        match.Field == "credited"
            ? new Matcher.CreditedBetween(
                fields.OptionalDay($"{at}.min", match.Min), fields.OptionalDay($"{at}.max", match.Max))
            : new Matcher.Between(
                match.Field,
                fields.OptionalNumber($"{at}.min", match.Min),
                fields.OptionalNumber($"{at}.max", match.Max));

    private static TerritoryMember ToMember(Api.TerritoryMember member, string at, Fields fields)
    {
        fields.Slug($"{at}.rep", member.Rep);
        var share = fields.OptionalNumber($"{at}.share", member.Share) ?? 1m;
        fields.Magnitude($"{at}.share", share);
        if (share < 0m)
        {
            fields.Refuse($"{at}.share", $"{member.Share} is negative: expected 0 % or more.");
        }

        var from = fields.OptionalDay($"{at}.from", member.From);
        var to = fields.OptionalDay($"{at}.to", member.To);
        if (from > to)
        {
            fields.Refuse($"{at}.to", $"{member.To} is before {member.From}: the membership would be empty.");
        }

        return new TerritoryMember(member.Rep, ToRole(member.Role, $"{at}.role", fields), share, from, to);
    }

    private static CreditRole ToRole(string role, string at, Fields fields)
    {
        switch (role)
        {
            case "owner": return CreditRole.Owner;
            case "overlay": return CreditRole.Overlay;
            case "" or "rollup": return CreditRole.Rollup;
            case "team": return CreditRole.Team;
            default:
                fields.Refuse(at, $"'{role}' is not a credit role: expected owner, overlay, rollup or team.");
                return CreditRole.Rollup;
        }
    }
}
