using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.History;
using Commission.Grains.Reps;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Forecasts;

/// <summary>Says what several deals would pay a payee, one after the other.</summary>
internal static class OrderedPreviews
{
    private const int MostDeals = 32;

    /// <summary>What they would pay.</summary>
    public static Answer<Api.PreviewDealsReply> Of(
        PastState state, Api.PreviewDealsRequest request, TenantRules rules)
    {
        var fields = new Fields();
        var deals = Read(state, request, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var rep = state.Payee.Id;
        var credits = deals.ConvertAll(deal => new DealCredit(
            deal, rules.Crediting.Credit(deal).Reps.FirstOrDefault(one => one.Rep == rep)?.Roles ?? []));
        var reply = new Api.PreviewDealsReply { Rep = rep, AsOf = state.Account.AsOf };
        reply.Notices.AddRange(credits.Where(credit => credit.Roles.IsEmpty).Select(credit =>
            $"not-credited: '{credit.Deal.Id}' has the payee neither as owner nor in its territories nor as manager."));
        var inOrder = state.Books.PreviewInOrder(credits);
        var orders = request.AllOrders ? state.Books.PreviewOrders(credits) : null;
        for (var i = 0; i < deals.Count; i++)
        {
            reply.Deals.Add(ToApi(inOrder.Deals[i], orders?.Deals[i]));
        }

        for (var i = 0; i < inOrder.Totals.Length; i++)
        {
            reply.Totals.Add(ToApi(inOrder.Totals[i], orders?.Totals[i]));
        }

        return reply;
    }

    private static List<Deal> Read(PastState state, Api.PreviewDealsRequest request, Fields fields)
    {
        if (request.Deals.Count is < 1 or > MostDeals)
        {
            fields.Refuse("deals", $"Expected 1 to {MostDeals} deals; found {request.Deals.Count}.");
            return [];
        }

        var deals = new List<Deal>(request.Deals.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < request.Deals.Count; i++)
        {
            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            var asked = RepAnswers.Completed(
                request.Deals[i], state.Payee.Id, state.Today, $"{RepAnswers.NamelessDeal}-{number}");
            var own = new Fields();
            var deal = DealMapping.ToDeal(asked, $"deals[{i}]", own);
            own.Refusals.ToList().ForEach(one => fields.Refuse(one.Reason, one.Field, one.Message));
            if (!seen.Add(asked.Deal_))
            {
                fields.Refuse($"deals[{i}].deal", $"'{asked.Deal_}' is listed twice.");
            }
            else if (deal is not null)
            {
                deals.Add(deal);
            }
        }

        return deals;
    }

    private static Api.OrderedPreview ToApi(DealEarning earning, OrderRange? range)
    {
        var result = new Api.OrderedPreview
        {
            Deal = earning.Deal,
            Credited = earning.Credited.ToText(),
            Plan = earning.Plan ?? "",
            Exact = range?.Exact ?? true,
        };
        if (earning.Currency is { } currency)
        {
            result.Earned = MoneyMapping.ToMoney(earning.Total, currency.Code);
            result.Components.AddRange(earning.ToApi());
            result.Least = range?.Least.ToApi();
            result.Most = range?.Most.ToApi();
        }

        return result;
    }

    private static Api.OrderedTotal ToApi(EarnedSum sum, OrderTotal? total)
    {
        var result = new Api.OrderedTotal
        {
            Plan = sum.Plan, Earned = MoneyMapping.ToMoney(sum.Amount, sum.Currency.Code), Exact = total?.Exact ?? true,
        };
        if (total is not null)
        {
            result.Least = MoneyMapping.ToMoney(total.Least, total.Currency.Code);
            result.LeastOrder.AddRange(total.LeastOrder);
            result.Most = MoneyMapping.ToMoney(total.Most, total.Currency.Code);
            result.MostOrder.AddRange(total.MostOrder);
        }

        return result;
    }
}
