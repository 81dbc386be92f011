namespace Commission.Engine;

/// <summary>Reads plans, assignments and conformance cases written in the plan format, version 1.</summary>
public static class PlanFormat
{
}
