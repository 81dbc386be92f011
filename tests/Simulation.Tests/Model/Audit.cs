using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Simulation.Tests.Running;
using Deal = Commission.Contracts.V1.Deal;
using Estimate = Commission.Contracts.V1.Estimate;
using FiscalWindows = Commission.Engine.Windows;
using Rep = Commission.Contracts.V1.Rep;

namespace Commission.Simulation.Tests.Model;

/// <summary>
/// Every figure against the engine's evaluation from nothing; shares no code with the grains.
/// </summary>
internal sealed class Audit(Known known, Clients clients, List<Deal> deals)
{
    private static readonly DateOnly Through = new(2027, 6, 30);
    private readonly Crediting _crediting = new(known);

    /// <summary>How many figures were compared.</summary>
    public long Figures { get; private set; }

    public async Task CheckAsync()
    {
        foreach (var rep in known.Reps.Values)
        {
            await CheckAsync(rep);
        }

        foreach (var territory in known.Territories.Keys)
        {
            await CheckTerritoryAsync(territory);
        }
    }

    public Evaluation Evaluate(Rep rep)
    {
        var credits = deals.Select(deal => (Deal: deal, Roles: _crediting.Roles(rep.Rep_, deal)))
            .Where(one => one.Roles.Count > 0)
            .Select(one => new DealCredit(Reading.Deal(one.Deal), [.. one.Roles]));
        return Evaluator.Evaluate(
            Reading.Assignments(rep, known.Plans), credits, known.Rates, Through);
    }

    /// <summary>A deal earns what its preview said.</summary>
    public void CheckPreview(Rep rep, Deal deal, Contracts.V1.Preview preview)
    {
        var earned = Evaluate(rep).Deals.SingleOrDefault(one => one.Deal == deal.Deal_);
        Same($"{rep.Rep_} previews {deal.Deal_}: a plan", earned?.Plan ?? "", preview.Plan);
        if (earned is not null)
        {
            Same($"{rep.Rep_} previews {deal.Deal_}", earned.Total, Reading.Value(preview.Earned));
        }
    }

    private async Task CheckAsync(Rep rep)
    {
        var assignments = Reading.Assignments(rep, known.Plans);
        var expected = Evaluate(rep);
        var days = expected.Deals.Select(deal => deal.Credited).Append(new DateOnly(2026, 12, 31)).Distinct();
        foreach (var day in days)
        {
            var place = assignments.FindIndex(one => one.Covers(day) && one.Versions[0].Effective <= day);
            var answer = await clients.InsistAsync($"audit {rep.Rep_} on {day}",
                process => process.Rep(rep.Rep_).GetEstimate(Days.Text(day)).AsTask());
            Same($"{rep.Rep_} on {day}: a plan", place >= 0, answer.IsValue);
            if (answer.Value is { } estimate)
            {
                Check(estimate, expected, assignments, place, day);
            }
        }
    }

    private void Check(
        Estimate estimate, Evaluation expected, List<PlanAssignment> assignments, int place, DateOnly day)
    {
        var where = $"{estimate.Rep} on {estimate.On}";
        var statement = expected.Statements.Single(one => one.Assignment == place
            && one.Statement.Start <= day && day <= one.Statement.End).Statement;
        Same($"{where}: earned", statement.Earned, Reading.Value(estimate.Earned));
        Same($"{where}: paid", statement.Paid, Reading.Value(estimate.Paid));
        Same($"{where}: draw balance", statement.DrawBalance, Reading.Value(estimate.DrawBalance));
        Same($"{where}: statement", statement.Period, estimate.Statement.Name);
        var starts = assignments.First(one => one.Assignment.Plan == estimate.Plan).Versions[^1].YearStarts;
        ToDate($"{where}: quarter", estimate.QuarterToDate, expected,
            FiscalWindows.Of(WindowKind.Quarter, starts, day));
        ToDate($"{where}: year", estimate.YearToDate, expected, FiscalWindows.Of(WindowKind.Year, starts, day));
        var own = expected.Deals.Where(deal => deal.Plan == estimate.Plan && assignments[place].Covers(deal.Credited)
            && statement.Start <= deal.Credited && deal.Credited <= statement.End).ToList();
        InStatement(where, estimate, own);
        // The evaluation has a component's window only if it has a credit; the estimate, on any day.
        if (expected.Deals.Any(deal => deal.Credited == day && deal.Plan == estimate.Plan))
        {
            Windows(where, estimate, expected, place);
        }
    }

    private void InStatement(string where, Estimate estimate, List<DealEarning> deals)
    {
        foreach (var component in estimate.Components)
        {
            Same(
                $"{where}: {component.Component} in the statement",
                deals.SelectMany(deal => deal.Components).Where(part => part.Component == component.Component)
                    .Sum(part => part.Earned),
                Reading.Value(component.EarnedInStatement));
        }
    }

    private void Windows(string where, Estimate estimate, Evaluation expected, int place)
    {
        foreach (var component in estimate.Components)
        {
            var window = expected.Windows.SingleOrDefault(one => one.Assignment == place
                && one.Component == component.Component && one.Window == component.Window?.Name
                && Days.Text(one.Start) == component.Window.Start);
            if (window is not null)
            {
                Same($"{where}: {component.Component} earned", window.Earned, Reading.Value(component.Earned));
                Same($"{where}: {component.Component} credited", window.Credited, Reading.Number(component.Credited));
            }
        }
    }

    private void ToDate(string where, Money found, Evaluation expected, Window window)
    {
        var wanted = expected.Deals
            .Where(deal => window.Contains(deal.Credited) && deal.Currency?.Code == found.Currency)
            .Sum(deal => deal.Total);
        Same(where, wanted, Reading.Value(found));
    }

    private async Task CheckTerritoryAsync(string territory)
    {
        var own = deals.Where(deal =>
            deal.Status == Contracts.V1.DealStatus.Won && _crediting.IsOf(territory, deal)).ToList();
        foreach (var month in own.Select(deal => deal.Credited[..7]).Append("2026-02").Distinct())
        {
            var answer = await clients.InsistAsync($"audit {territory} in {month}",
                process => process.Territory(territory).Get($"{month}-15").AsTask());
            Total($"{territory} in all", answer.Value!.All, own);
            Total($"{territory} in {month}", answer.Value.Month,
                own.Where(deal => deal.Credited.StartsWith(month, StringComparison.Ordinal)));
            Total($"{territory} in {month}'s year", answer.Value.Year,
                own.Where(deal => deal.Credited.StartsWith(month[..4], StringComparison.Ordinal)));
        }
    }

    private void Total(string where, TerritoryTotal total, IEnumerable<Deal> deals)
    {
        var own = deals.ToList();
        Same($"{where}: deals", own.Count, total.Deals);
        var sums = own.Where(deal => deal.Amount is not null)
            .GroupBy(deal => deal.Amount.Currency, StringComparer.Ordinal)
            .Select(group => (group.Key, Sum: group.Sum(deal => Reading.Value(deal.Amount))))
            .Where(entry => entry.Sum != 0m).OrderBy(entry => entry.Key, StringComparer.Ordinal);
        Same(
            $"{where}: sums",
            string.Join(' ', sums.Select(one => $"{one.Sum:0.####} {one.Key}")),
            string.Join(' ', total.Credited.Select(one => $"{Reading.Value(one):0.####} {one.Currency}")));
    }

    private void Same<T>(string what, T wanted, T found)
    {
        Figures++;
        if (!EqualityComparer<T>.Default.Equals(wanted, found))
        {
            throw new SimulationFailure($"{what}: {wanted} by the model, but {found}.");
        }
    }
}
