using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Mapping;
using Api = Commission.Contracts.V1;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.Reps;

/// <summary>Answers questions from a payee's figures, changing nothing.</summary>
internal static class RepAnswers
{
    /// <summary>Sorts behind every id that a source is likely to give: a deal without id comes last on its day.
    /// </summary>
    public const string NamelessDeal = "~preview";

    /// <summary>The live figures of the periods that contain a day.</summary>
    public static Answer<Api.Estimate> Estimate(Payee payee, RepFigures figures, DateOnly on, long sequence)
    {
        var estimate = figures.Books.Estimate(on);
        if (estimate is null)
        {
            return Unassigned(payee.Id, on);
        }

        var result = estimate.ToApi(on);
        (result.Rep, result.Name) = (payee.Id, payee.Name);
        AddToDate(result, figures.Books, estimate, on);
        result.AsOf = figures.Progress.ToApi(sequence);
        return result;
    }

    /// <summary>Why there are no figures of a day.</summary>
    public static Refusal Unassigned(string rep, DateOnly on) => new(RefusalReason.NoAssignment, "on",
        $"'{rep}' has no plan on {on.ToText()}: assign one, or ask for another day.");

    /// <summary>What a deal would pay.</summary>
    public static Answer<Api.Preview> Preview(
        Payee payee, RepFigures figures, Api.Deal asked, TenantRules rules, CurrencyRates rates,
        DateOnly today, long sequence)
    {
        var fields = new Fields();
        var deal = DealMapping.ToDeal(Completed(asked, payee.Id, today, NamelessDeal), "deal", fields);
        if (deal is null)
        {
            return fields.Refusals;
        }

        var roles = rules.Crediting.Credit(deal).Reps.FirstOrDefault(rep => rep.Rep == payee.Id)?.Roles ?? [];
        var result = figures.Books.Preview(new DealCredit(deal, roles), rates).ToApi();
        if (roles.IsEmpty)
        {
            result.Notices.Add("not-credited: neither owner nor member of a territory nor manager of an owner.");
        }

        AddTitles(result, figures, deal.Credited);
        (result.Rep, result.Credited) = (payee.Id, deal.Credited.ToText());
        result.AsOf = figures.Progress.ToApi(sequence);
        return result;
    }

    /// <summary>A deal with all that a question may leave out.</summary>
    /// <param name="asked">Not changed.</param>
    /// <param name="rep">Who asks, and owns it where nobody is said to.</param>
    /// <param name="today">Its day, where it has none.</param>
    /// <param name="nameless">Its id, where it has none.</param>
    public static Api.Deal Completed(Api.Deal asked, string rep, DateOnly today, string nameless)
    {
        var deal = asked.Clone();
        deal.Deal_ = deal.Deal_.Length == 0 ? nameless : deal.Deal_;
        deal.Credited = deal.Credited.Length == 0 ? today.ToText() : deal.Credited;
        // An open deal is asked about as if it were won: that is the question.
        var isAsked = deal.Status is Api.DealStatus.Unspecified or Api.DealStatus.Open;
        deal.Status = isAsked ? Api.DealStatus.Won : deal.Status;
        if (deal.Owners.Count == 0)
        {
            deal.Owners.Add(new Api.DealOwner { Rep = rep, Share = "100%" });
        }

        return deal;
    }

    private static void AddToDate(Api.Estimate result, RepBooks books, Estimate estimate, DateOnly on)
    {
        var yearStarts = YearStarts(books.Assignments, estimate.Plan);
        result.QuarterToDate = EarnedIn(books, FiscalWindows.Of(WindowKind.Quarter, yearStarts, on), estimate.Currency);
        result.YearToDate = EarnedIn(books, FiscalWindows.Of(WindowKind.Year, yearStarts, on), estimate.Currency);
    }

    private static Api.Money EarnedIn(RepBooks books, Window window, Currency currency)
    {
        var sum = 0m;
        foreach (var earned in books.EarnedBetween(window.Start, window.End))
        {
            sum += earned.Currency == currency ? earned.Amount : 0m;
        }

        return MoneyMapping.ToMoney(sum, currency.Code);
    }

    private static int YearStarts(ImmutableArray<PlanAssignment> assignments, string plan) =>
        assignments.First(assigned => assigned.Assignment.Plan == plan).Versions[^1].YearStarts;

    private static void AddTitles(Api.Preview result, RepFigures figures, DateOnly credited)
    {
        var shape = figures.ShapeOn(credited);
        foreach (var component in result.Components)
        {
            var live = shape.FirstOrDefault(live => live.Component == component.Component);
            if (live is { Title: not null } found)
            {
                component.Title = found.Title;
                component.Window = found.Window.ToApi(found.WindowName);
            }
        }
    }
}
