using System.Collections.Immutable;
using Commission.Contracts.V1;
using Commission.Engine;
using ApiDeal = Commission.Contracts.V1.Deal;
using ApiEstimate = Commission.Contracts.V1.Estimate;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.Tests.Harness;

/// <summary>Compares every figure with the evaluation from nothing of what was accepted.</summary>
internal static partial class Audit
{
    private static readonly DateOnly Through = new(2027, 6, 30);

    /// <summary>Compares answers with what follows from the books; every event must have been credited.</summary>
    public static async Task CheckAsync(IBooks books, IAnswers answers)
    {
        var credited = Credit(books);
        foreach (var rep in books.Reps.Values)
        {
            await CheckRepAsync(books, answers, rep, credited);
        }

        await CheckTerritoriesAsync(books, answers);
    }

    /// <summary>Who is credited with what stands of each deal, by the documents as they are.</summary>
    public static List<CreditedDeal> Credit(IBooks books)
    {
        var deals = LatestVersions(books).Select(DealMapping.ToRecordedDeal).ToList();
        var rules = new CreditingRules(
            1,
            books.Territories.Values.Select(TerritoryMapping.ToRecordedTerritory),
            books.Reps.Values.Where(rep => rep.Manager.Length > 0)
                .Select(rep => KeyValuePair.Create(rep.Rep_, rep.Manager)),
            []);
        return deals.ConvertAll(rules.Credit);
    }

    /// <summary>What a payee's credits come to, from nothing.</summary>
    public static Evaluation Evaluate(IBooks books, Rep rep, List<CreditedDeal> credited)
    {
        var credits = credited.SelectMany(deal => deal.Reps
            .Where(one => one.Rep == rep.Rep_).Select(one => new DealCredit(deal.Deal, one.Roles)));
        return Evaluator.Evaluate(AssignmentsOf(books, rep), credits, books.Rates, Through);
    }

    /// <summary>What stands of each deal: the last event that is not older than one before it.</summary>
    public static IEnumerable<ApiDeal> LatestVersions(IBooks books)
    {
        var latest = new Dictionary<string, (long Version, ApiDeal Deal)>(StringComparer.Ordinal);
        foreach (var request in books.Log)
        {
            var version = latest.GetValueOrDefault(request.Deal.Deal_).Version;
            if (request.Version == 0 || request.Version >= version)
            {
                latest[request.Deal.Deal_] = (Math.Max(version, request.Version), request.Deal);
            }
        }

        return latest.Values.Select(entry => entry.Deal);
    }

    public static List<PlanAssignment> AssignmentsOf(IBooks books, Rep rep)
    {
        var fields = new Fields();
        var assignments = RepMapping.ToAssignments(rep, fields);
        Assert.False(fields.Refused);
        return [.. assignments.Select(one => new PlanAssignment(
            one, [.. books.Plans[one.Plan].OrderBy(plan => plan.Effective)]))];
    }

    private static async Task CheckRepAsync(IBooks books, IAnswers answers, Rep rep, List<CreditedDeal> credited)
    {
        var assignments = AssignmentsOf(books, rep);
        var expected = Evaluate(books, rep, credited);
        var days = expected.Deals.Select(deal => deal.Credited).Distinct()
            .Concat([new DateOnly(2026, 2, 15), new DateOnly(2026, 12, 31)]);
        foreach (var day in days)
        {
            var place = assignments.FindIndex(one => one.Covers(day) && one.Versions[0].Effective <= day);
            var estimate = await answers.EstimateOrNoneAsync(rep.Rep_, day.ToText());
            Assert.Equal(place >= 0, estimate is not null);
            if (estimate is not null)
            {
                CheckEstimate(estimate, expected, assignments, place, day);
            }
        }
    }

    private static void CheckEstimate(
        ApiEstimate estimate, Evaluation expected, List<PlanAssignment> assignments, int place, DateOnly day)
    {
        var where = $"{estimate.Rep} on {estimate.On}";
        var statement = expected.Statements.Single(one => one.Assignment == place
            && one.Statement.Start <= day && day <= one.Statement.End).Statement;
        Assert.True(statement.Earned == estimate.Earned.Value(), $"{where}: {statement} but {estimate.Earned}");
        Assert.True(statement.Paid == estimate.Paid.Value(), $"{where}: {statement} but {estimate.Paid}");
        Assert.True(statement.DrawBalance == estimate.DrawBalance.Value(), where);
        Assert.Equal(statement.Period, estimate.Statement.Name);
        CheckComponents(where, estimate, expected, assignments[place], place, day);
        var starts = assignments.First(one => one.Assignment.Plan == estimate.Plan).Versions[^1].YearStarts;
        CheckToDate(where, estimate.QuarterToDate, expected, FiscalWindows.Of(WindowKind.Quarter, starts, day));
        CheckToDate(where, estimate.YearToDate, expected, FiscalWindows.Of(WindowKind.Year, starts, day));
    }

    private static void CheckComponents(
        string where, ApiEstimate estimate, Evaluation expected, PlanAssignment assignment, int place, DateOnly day)
    {
        var plan = assignment.Versions.Last(version => version.Effective <= day);
        Assert.Equal(plan.Components.Select(one => one.Id), estimate.Components.Select(one => one.Component));
        var isDealDay = expected.Deals.Any(deal => deal.Credited == day && deal.Plan == estimate.Plan);
        var byWindows = plan.Components.Where(one => one.Window != WindowKind.Deal).Select(one => one.Id).ToHashSet();
        Assert.Equal(
            byWindows,
            estimate.Components.Where(one => one.Window is not null).Select(one => one.Component).ToHashSet());
        foreach (var component in estimate.Components.Where(one => one.Window is not null))
        {
            var window = expected.Windows.SingleOrDefault(one => one.Assignment == place
                && one.Component == component.Component && one.Window == component.Window.Name
                && one.Start.ToText() == component.Window.Start);
            if (isDealDay && window is not null)
            {
                Assert.True(window.Earned == component.Earned.Value(), $"{where}: {window} but {component}");
                Assert.Equal(window.Credited.ToText(), component.Credited);
            }

            // The evaluation says the quota of the version that governed a window's last deal, not that of the day.
            if (isDealDay && window is not null && assignment.Versions.Length == 1)
            {
                Assert.Equal(window.Quota?.ToText() ?? "", component.Quota);
                Assert.Equal(window.Attainment?.ToText() ?? "", component.Attainment);
            }
        }

        if (assignment.Versions.Length == 1)
        {
            var sum = estimate.Components.Sum(component => component.EarnedInStatement.Value());
            Assert.Equal(estimate.Earned.Value(), sum);
        }
    }

    private static void CheckToDate(string where, Money found, Evaluation expected, Window window)
    {
        var wanted = expected.Deals
            .Where(deal => window.Contains(deal.Credited) && deal.Currency?.Code == found.Currency)
            .Sum(deal => deal.Total);
        Assert.True(wanted == found.Value(), $"{where}: {wanted} in {window} but {found}");
    }

    /// <summary>Territories by plain sums, without the engine.</summary>
    private static async Task CheckTerritoriesAsync(IBooks books, IAnswers answers)
    {
        var won = LatestVersions(books).Where(deal => deal.Status == Contracts.V1.DealStatus.Won).ToList();
        foreach (var territory in books.Territories.Keys)
        {
            var own = won.Where(deal => books.Territories.Values.Any(
                one => Matches(one, deal) && IsWithin(books, one.Territory_, territory))).ToList();
            foreach (var month in new[] { "2026-01", "2026-02", "2026-03", "2026-11" })
            {
                var view = await answers.TerritoryAsync(territory, $"{month}-15");
                CheckTotal($"{territory} in all", view.All, own);
                CheckTotal($"{territory} in {month}", view.Month,
                    own.Where(deal => deal.Credited.StartsWith(month, StringComparison.Ordinal)));
                CheckTotal($"{territory} in {month}'s year", view.Year,
                    own.Where(deal => deal.Credited.StartsWith("2026", StringComparison.Ordinal)));
            }
        }
    }

    private static void CheckTotal(string where, TerritoryTotal total, IEnumerable<ApiDeal> deals)
    {
        var own = deals.ToList();
        Assert.True(own.Count == total.Deals, $"{where}: {own.Count} deals but {total.Deals}");
        var wanted = own.Where(deal => deal.Amount is not null)
            .GroupBy(deal => deal.Amount.Currency, StringComparer.Ordinal)
            .Select(group => (group.Key, Sum: group.Sum(deal => deal.Amount.Value())))
            .Where(entry => entry.Sum != 0m).OrderBy(entry => entry.Key, StringComparer.Ordinal);
        Assert.Equal(wanted, total.Credited.Select(money => (money.Currency, money.Value())));
    }

    private static bool Matches(Contracts.V1.Territory territory, ApiDeal deal) => territory.When.Count > 0
        && territory.When.All(match =>
            deal.Fields.TryGetValue(match.Field, out var value) && match.AnyOf.Contains(value));

    private static bool IsWithin(IBooks books, string inner, string outer)
    {
        for (var id = inner; id.Length > 0; id = books.Territories[id].Parent)
        {
            if (id == outer)
            {
                return true;
            }
        }

        return false;
    }
}
