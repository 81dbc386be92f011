namespace Commission.Engine;

/// <summary>
/// JSON Schemas (draft 2020-12) of the documents that <see cref="PlanFormat"/> reads, for editors and other checkers.
/// They are written from the declarations that the readers read by. What a schema refuses the reader refuses; the
/// reader also refuses what needs more than one place to see, such as tiers that do not rise.
/// </summary>
public static class PlanSchema
{
    /// <summary>The schema of what <see cref="PlanFormat.ParsePlan"/> reads.</summary>
    public static string Plan() => SchemaWriter.Write("plan", "Compensation plan", PlanShapes.Plan);

    /// <summary>The schema of what <see cref="PlanFormat.ParseRep"/> reads.</summary>
    public static string Rep() => SchemaWriter.Write("rep", "Payee with its assignments", RepShapes.RepMap);

    /// <summary>The schema of what <see cref="PlanFormat.ParseCases(string)"/> reads.</summary>
    public static string Case() => SchemaWriter.Write("case", "Conformance cases", CaseShapes.Cases);
}
