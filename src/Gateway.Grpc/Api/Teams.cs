using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Puts the members of a team in order, and into pages.</summary>
internal static class Teams
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;
    private const decimal NanosInUnit = 1_000_000_000m;

    /// <summary>What is wrong with the page asked for; null: nothing.</summary>
    public static (string Field, string Message)? Fault(TeamRequest request)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            return ("page_size", $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        return request.PageToken.Length > 0 && KeyOf(request.PageToken) is null
            ? ("page_token", "It comes from no page: begin at the first one.")
            : null;
    }

    /// <summary>A page: those most behind first, those of whom nothing can be told last.</summary>
    /// <param name="members">All of the team.</param>
    /// <param name="request">Without fault.</param>
    public static TeamReply PageOf(IReadOnlyCollection<TeamMember> members, TeamRequest request)
    {
        var ordered = members.Select(member => (Key: KeyOf(member), Member: member)).OrderBy(one => one.Key, Order);
        var after = request.PageToken.Length == 0 ? null : KeyOf(request.PageToken);
        var left = ordered.Where(one => after is not { } last || Order.Compare(one.Key, last) > 0).ToList();
        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var reply = new TeamReply
        {
            Payees = members.Count,
            Behind = members.Count(member => PaceOf(member) is < 1m),
            Unknown = members.Count(member => PaceOf(member) is null),
            NextPageToken = left.Count > size ? TokenOf(left[size - 1].Key) : "",
        };
        reply.Members.AddRange(left.Take(size).Select(one => one.Member));
        reply.Earned.AddRange(Earned(members));
        return reply;
    }

    private static Comparer<(decimal? Pace, string Rep)> Order { get; } =
        Comparer<(decimal? Pace, string Rep)>.Create((left, right) =>
        {
            var byPace = (left.Pace ?? decimal.MaxValue).CompareTo(right.Pace ?? decimal.MaxValue);
            return byPace != 0 ? byPace : string.CompareOrdinal(left.Rep, right.Rep);
        });

    private static decimal? PaceOf(TeamMember member) =>
        member.Pace.Length == 0 ? null : decimal.Parse(member.Pace, CultureInfo.InvariantCulture);

    private static (decimal? Pace, string Rep) KeyOf(TeamMember member) => (PaceOf(member), member.Rep);

    private static string TokenOf((decimal? Pace, string Rep) key) =>
        $"{key.Pace?.ToString(CultureInfo.InvariantCulture)}~{key.Rep}";

    private static (decimal? Pace, string Rep)? KeyOf(string token)
    {
        var split = token.IndexOf('~', StringComparison.Ordinal);
        if (split < 0)
        {
            return null;
        }

        var pace = token[..split];
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (pace.Length == 0)
        {
            return (null, token[(split + 1)..]);
        }

        return decimal.TryParse(pace, plain, CultureInfo.InvariantCulture, out var value)
            ? (value, token[(split + 1)..])
            : null;
    }

    private static IEnumerable<Money> Earned(IEnumerable<TeamMember> members) => members
        .Where(member => member.Earned is not null)
        .GroupBy(member => member.Earned.Currency, StringComparer.Ordinal)
        .OrderBy(same => same.Key, StringComparer.Ordinal)
        .Select(same => ToMoney(same.Sum(one => one.Earned.Units + (one.Earned.Nanos / NanosInUnit)), same.Key));

    private static Money ToMoney(decimal amount, string currency)
    {
        var units = decimal.Truncate(amount);
        return new Money { Currency = currency, Units = (long)units, Nanos = (int)((amount - units) * NanosInUnit) };
    }
}
