using System.Globalization;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests;

/// <summary>Random deals of the sample company's last fiscal year, new and changed; one seed, one sequence.</summary>
internal sealed class RandomDeals(int seed, IReadOnlyList<string> reps)
{
    private static readonly string[] Shares = ["12.5%", "33.333333%", "50%", "0.07"];
    private static readonly DateOnly YearStart = new(2019, 7, 1);
    private readonly Random _random = new(seed);

    /// <summary>The deals as they are now, by their ids.</summary>
    public SortedDictionary<string, Deal> Latest { get; } = new(StringComparer.Ordinal);

    /// <summary>A new deal, or another version of one of those before.</summary>
    public Deal Next()
    {
        var changed = Latest.Count > 0 && _random.Next(5) == 0;
        var id = changed
            ? Latest.Keys.ElementAt(_random.Next(Latest.Count))
            : string.Create(CultureInfo.InvariantCulture, $"d{_random.Next(1_000_000):000000}");
        var amount = _random.Next(100, 30_000_000) / 100m * (_random.Next(10) == 0 ? -1 : 1);
        var accessories = decimal.Round(amount / _random.Next(1, 7), 2);
        var deal = new Deal
        {
            Deal_ = id,
            Credited = YearStart.AddDays(_random.Next(366)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Status = _random.Next(10) == 0 ? DealStatus.Cancelled : DealStatus.Won,
            Amount = amount.ToMoney(),
            Fields =
            {
                ["territory"] = Pick(SampleCompany.Territories),
                ["accessories_amount"] = accessories.ToString(CultureInfo.InvariantCulture),
            },
        };
        AddOwners(deal);
        return Latest[id] = deal;
    }

    private void AddOwners(Deal deal)
    {
        var first = Pick(reps);
        var second = Pick(reps);
        if (first == second)
        {
            deal.Owners.Add(new DealOwner { Rep = first });
            return;
        }

        var share = Pick(Shares);
        var part = share.EndsWith('%') ? share[..^1].ToDecimal() / 100m : share.ToDecimal();
        deal.Owners.Add(new DealOwner { Rep = first, Share = share });
        deal.Owners.Add(new DealOwner { Rep = second, Share = (1m - part).ToString(CultureInfo.InvariantCulture) });
    }

    private string Pick(IReadOnlyList<string> from) => from[_random.Next(from.Count)];
}
