using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>A question about a recorded deal that says only what is to be different.</summary>
internal static class DealOverlay
{
    /// <summary>The recorded deal with what is asked in place of what was recorded; its status is the one asked.
    /// </summary>
    public static Deal Over(Deal recorded, Deal asked)
    {
        var deal = recorded.Clone();
        deal.Status = asked.Status;
        deal.Credited = Or(asked.Credited, deal.Credited);
        deal.Amount = asked.Amount ?? deal.Amount;
        deal.Margin = asked.Margin ?? deal.Margin;
        deal.Quantity = Or(asked.Quantity, deal.Quantity);
        deal.Probability = Or(asked.Probability, deal.Probability);
        if (asked.Owners.Count > 0)
        {
            deal.Owners.Clear();
            deal.Owners.AddRange(asked.Owners);
        }

        foreach (var (name, value) in asked.Fields)
        {
            deal.Fields[name] = value;
        }

        return deal;
    }

    private static string Or(string asked, string recorded) => asked.Length > 0 ? asked : recorded;
}
