using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Google.Protobuf.WellKnownTypes;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.History;

/// <summary>Lists a payee's credits, each with what it earns.</summary>
internal static class CreditList
{
    /// <summary>A page of them, in order of (day, deal).</summary>
    public static Answer<Api.ListCreditsReply> Of(PastState state, CreditSelection selection)
    {
        var (from, to) = (selection.From, selection.To);
        if (selection.Window.Length > 0)
        {
            if (state.WindowOf(selection.Window) is not { } window)
            {
                return new Refusal(RefusalReason.InvalidField, "window",
                    "Not the name of a window: expected one such as 2026, 2026-H1, 2026-Q1 or 2026-01.");
            }

            (from, to) = (window.Start, window.End);
        }

        var page = Page(state.Account.Credits, from, to, selection);
        var reply = new Api.ListCreditsReply { AsOf = state.Account.AsOf };
        reply.Credits.AddRange(page.Take(selection.Size).Select(record => ToApi(record, state.Books)));
        if (page.Count > selection.Size)
        {
            reply.NextPageToken = CreditSelection.Encode(state.Account.Sequence, page[selection.Size - 1].Deal);
        }

        return reply;
    }

    /// <summary>The credits of a page, and one more if there is one.</summary>
    private static List<CreditRecord> Page(
        IEnumerable<CreditRecord> credits, DateOnly? from, DateOnly? to, CreditSelection selection)
    {
        // Days as text, YYYY-MM-DD, are in the order of the days.
        var (first, last) = (from?.ToText() ?? "", to?.ToText() ?? "~");
        return
        [
            .. credits.Where(record => record.Roles.Count > 0
                    && string.CompareOrdinal(record.Deal.Credited, first) >= 0
                    && string.CompareOrdinal(record.Deal.Credited, last) <= 0
                    && IsAfter(record.Deal, selection.After))
                .OrderBy(record => record.Deal.Credited, StringComparer.Ordinal)
                .ThenBy(record => record.Deal.Deal_, StringComparer.Ordinal)
                .Take(selection.Size + 1),
        ];
    }

    private static bool IsAfter(Api.Deal deal, CreditsPage? page)
    {
        var days = page is null ? 1 : string.CompareOrdinal(deal.Credited, page.Credited);
        return days > 0 || (days == 0 && string.CompareOrdinal(deal.Deal_, page!.Deal) > 0);
    }

    private static Api.Credit ToApi(CreditRecord record, RepBooks books)
    {
        var deal = record.Deal;
        var credit = new Api.Credit
        {
            Deal = deal.Deal_,
            Credited = deal.Credited,
            Status = deal.Status,
            Amount = deal.Amount,
            Margin = deal.Margin,
            Quantity = deal.Quantity,
            Fields = { deal.Fields },
            Position = record.Position,
            Recorded = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(record.RecordedMs)),
        };
        credit.Roles.AddRange(record.Roles.Select(role => new Api.CreditedRole
        {
            Role = ((CreditRole)role.Role).ToString().ToLowerInvariant(),
            Share = role.ToShare().Share.ToText(),
            Reason = role.ToReason(),
        }));
        AddEarned(credit, books.EarnedBy(deal.Deal_));
        return credit;
    }

    private static void AddEarned(Api.Credit credit, DealEarning? earning)
    {
        if (earning?.Currency is not { } currency)
        {
            return;
        }

        credit.Plan = earning.Plan;
        credit.Earned = MoneyMapping.ToMoney(earning.Total, currency.Code);
        foreach (var part in earning.Components)
        {
            var component = new Api.CreditedComponent
            {
                Component = part.Component,
                Credited = part.Credited.ToText(),
                Earned = MoneyMapping.ToMoney(part.Earned, currency.Code),
            };
            component.Notices.AddRange(part.Notices == Notices.None ? [] : part.Notices.Names());
            credit.Components.Add(component);
        }
    }
}
