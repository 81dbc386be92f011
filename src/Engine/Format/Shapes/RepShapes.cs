namespace Commission.Engine;

/// <summary>The fields of a payee, its assignments and quotas.</summary>
internal static class RepShapes
{
    public static readonly Field<string?> Rep = new("rep", "The payee's id.", Forms.Label) { Needed = true };

    public static readonly Field<string?> Name = new("name", "The payee's name, for people.", Forms.Label);

    public static readonly Field<string?> Title = new("title", "What the payee does.", Forms.Label);

    public static readonly Field<string?> Manager = new(
        "manager", "The manager's id. Left out: the payee reports to nobody.", Forms.Label);

    public static readonly Field<WindowKind?> Window = new(
        "window", "Must be that of the components that use the quota.", Forms.Choice(Words.Windows)) { Needed = true };

    public static readonly Field<decimal?> Amount = new(
        "amount", "The same quota in every window, in units of the measure.", Forms.UnitsFromZero);

    public static readonly Field Amounts = new(
        "amounts", "One window at a time, by its name; a window that is not named has no quota.",
        new Shape.Names(Forms.UnitsFromZero.Shape, [], DateText.WindowPattern, []));

    public static readonly Field<decimal?> Yearly = new(
        "yearly", "A year's quota, spread over its windows.", Forms.UnitsFromZero);

    public static readonly Field Spread = new(
        "spread",
        "The share of each window of the fiscal year, in order; together 100%. Left out: evenly.",
        new Shape.List(Forms.Share.Shape));

    public static readonly Alternatives Quotas = new(Needed: true, Amount, Amounts, Yearly);

    public static readonly Map Quota = new(
        "quota", "What is expected of a payee in each window.", Window, Amount, Amounts, Yearly, Spread)
    {
        Alternatives = [Quotas],
        Dependent = [(Spread, Yearly)],
    };

    public static readonly Field<string?> Plan = new("plan", "The plan's id.", Forms.Id) { Needed = true };

    public static readonly Field<DateOnly?> From = new("from", "The first day.", Forms.Date) { Needed = true };

    public static readonly Field<DateOnly?> To = new(
        "to", "The last day. Left out: the assignment has no end.", Forms.Date);

    public static readonly Field QuotasByName = new(
        "quotas", "By the names that the plan's components use.", new Shape.Names(Quota, [], null, []));

    public static readonly Field Targets = new(
        "targets", "Target pay by component, for curves and matrices with 'target: rep'.",
        new Shape.Names(Forms.Money.Shape, [], null, []));

    public static readonly Field<Proration?> Prorate = new(
        "prorate",
        "days: quotas, targets, caps and floors of a window that is assigned in part are scaled by its days.",
        Forms.Choice(Words.Prorate)) { Default = "none" };

    public static readonly Map Assignment = new(
        "assignment", "A payee's time on a plan.", Plan, From, To, QuotasByName, Targets, Prorate);

    /// <summary>In a conformance case the plan stands beside it, and time may be open on both sides.</summary>
    public static readonly Map AssignmentInCase = new(
        "case-assignment",
        "A payee's time on the case's plan.",
        Plan with { Needed = false }, From with { Needed = false }, To, QuotasByName, Targets, Prorate);

    public static readonly Field Assignments = new(
        "assignments", "The payee's time on plans; no two share a day.",
        new Shape.List(Assignment, MayBeEmpty: true)) { Needed = true };

    public static readonly Map RepMap = new(
        "rep", "A payee, with the plans that pay it.", Rep, Name, Title, Manager, Assignments);
}
