namespace Commission.Engine;

/// <summary>The fields of a conformance case.</summary>
internal static class CaseShapes
{
    public static readonly Map Credit = new(
        "credit",
        "A payee's credit of one deal in one role.",
        new Field("deal", "The deal's id.", Forms.Label.Shape) { Needed = true },
        new Field("credited", "The day on which it counts.", Forms.Date.Shape) { Needed = true },
        new Field("role", "The role in which the payee is credited.", ComponentShapes.Role.Shape) { Needed = true },
        new Field("share", "The payee's share of the deal, 0% to 100%.", Forms.Share.Shape) { Needed = true },
        new Field("amount", "The deal's value in plan currency.", Forms.PlainShape) { Default = "0" },
        new Field("margin", "The deal's margin.", Forms.PlainShape),
        new Field("quantity", "Units sold.", Forms.PlainShape),
        new Field(
            "fields", "The deal's other fields.",
            new Shape.Names(new Shape.Text(0), [], null, Words.OwnFields)));

    public static readonly Map OpenCredit = new(
        "open-credit",
        "A payee's credit of an open deal in one role.",
        [
            .. Credit.Fields,
            new Field("probability", "The chance that it closes, 0% to 100%.", Forms.Share.Shape),
        ]);

    public static readonly Field<string?> Component = new(
        "component", "The component's id.", Forms.Label) { Needed = true };

    public static readonly Field<string?> Deal = new("deal", "The deal's id.", Forms.Label) { Needed = true };

    public static readonly Field Window = new(
        "window", "The window's name.", Forms.WindowName) { Needed = true };

    public static readonly Field Period = Window with { Name = "period", Means = "The statement period's name." };

    public static readonly Field<decimal?> Credited = new(
        "credited", "What was credited, in units of the measure.", Forms.Units);

    public static readonly Field<decimal?> Attainment = new(
        "attainment", "A fraction of the quota, compared at 6 places.", Forms.Number);

    public static readonly Field<decimal?> Earned = new("earned", "In plan currency, compared exactly.", Forms.Money);

    public static readonly Field<decimal?> Paid = new(
        "paid", "After the draw, in plan currency, compared exactly.", Forms.Money);

    public static readonly Field<decimal?> DrawBalance = new(
        "draw-balance", "What the payee owes after it, in plan currency, compared exactly.", Forms.Money);

    public static readonly Map WindowFigures = new(
        "window-figures", "What one component reaches in one window.",
        Component, Window, Credited, Attainment, Earned);

    public static readonly Map StatementFigures = new(
        "statement-figures", "What one statement says.", Period, Earned, Paid, DrawBalance);

    public static readonly Map DealFigures = new(
        "deal-figures", "What one deal earns by one component.", Deal, Component, Earned);

    public static readonly Field Windows = new(
        "windows", "Windows of more than one deal.", new Shape.List(WindowFigures, MayBeEmpty: true));

    public static readonly Field Statements = new(
        "statements", "Statement periods.", new Shape.List(StatementFigures, MayBeEmpty: true));

    public static readonly Field Deals = new(
        "deals", "What single deals earn.", new Shape.List(DealFigures, MayBeEmpty: true));

    public static readonly Map Expect = new(
        "expect", "The figures that must come out; what is not listed is not checked.", Windows, Statements, Deals);

    public static readonly Field Plan = new("plan", "The plan, where it has one version.", PlanShapes.Plan);

    public static readonly Field Plans = new(
        "plans", "The versions of the plan.", new Shape.List(PlanShapes.Plan));

    public static readonly Alternatives PlanOrPlans = new(Needed: true, Plan, Plans);

    public static readonly Map Case = new(
        "case",
        "A worked example: what credits under a plan must earn.",
        new Field("id", "Unique in its file.", Forms.Label.Shape) { Needed = true },
        new Field("source", "Where the figures come from.", Forms.Text.Shape),
        new Field("category", "What the example shows.", Forms.Label.Shape),
        Plan,
        Plans,
        new Field("assignment", "The payee's time on the plan.", RepShapes.AssignmentInCase) { Needed = true },
        new Field(
            "credits", "The payee's credits.", new Shape.List(Credit, MayBeEmpty: true)) { Needed = true },
        new Field("expect", "The figures that must come out.", Expect)) { Alternatives = [PlanOrPlans] };

    public static readonly Shape.Either Cases = new(Case, new Shape.List(Case, MayBeEmpty: true));
}
