using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Adds up what the shards say of a realignment.</summary>
internal static class Impacts
{
    private const int MostRows = 10_000;
    private const decimal NanosInUnit = 1_000_000_000m;
    private static readonly string[] Roles = ["owner", "overlay", "rollup", "team"];

    /// <summary>All shards together.</summary>
    public static RealignmentImpact Of(IEnumerable<RealignmentPart> parts)
    {
        var impact = new RealignmentImpact();
        var rows = new Dictionary<(string Rep, string Role), List<PayeeImpact>>();
        foreach (var part in parts)
        {
            impact.Deals += part.Deals;
            impact.DealsChanged += part.DealsChanged;
            foreach (var row in part.Payees)
            {
                if (!rows.TryGetValue((row.Rep, row.Role), out var same))
                {
                    rows.Add((row.Rep, row.Role), same = []);
                }

                same.Add(row);
            }
        }

        impact.PayeesChanged = rows.Keys.Select(key => key.Rep).Distinct(StringComparer.Ordinal).Count();
        impact.Cut = rows.Count > MostRows;
        impact.Payees.AddRange(rows
            .OrderBy(row => row.Key.Rep, StringComparer.Ordinal)
            .ThenBy(row => Array.IndexOf(Roles, row.Key.Role))
            .Take(MostRows)
            .Select(row => Sum(row.Key.Rep, row.Key.Role, row.Value)));
        return impact;
    }

    private static PayeeImpact Sum(string rep, string role, List<PayeeImpact> rows)
    {
        var sum = new PayeeImpact
        {
            Rep = rep,
            Role = role,
            DealsBefore = rows.Sum(row => row.DealsBefore),
            DealsAfter = rows.Sum(row => row.DealsAfter),
        };
        sum.CreditedBefore.AddRange(Sum(rows.SelectMany(row => row.CreditedBefore)));
        sum.CreditedAfter.AddRange(Sum(rows.SelectMany(row => row.CreditedAfter)));
        return sum;
    }

    private static IEnumerable<Money> Sum(IEnumerable<Money> amounts) => amounts
        .GroupBy(money => money.Currency, StringComparer.Ordinal)
        .OrderBy(same => same.Key, StringComparer.Ordinal)
        .Select(same =>
        {
            var sum = same.Sum(money => money.Units + (money.Nanos / NanosInUnit));
            var units = decimal.Truncate(Math.Clamp(sum, long.MinValue, long.MaxValue));
            return new Money
            {
                Currency = same.Key, Units = (long)units, Nanos = (int)((sum - decimal.Truncate(sum)) * NanosInUnit),
            };
        });
}
