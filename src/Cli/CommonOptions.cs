using System.CommandLine;

namespace Commission.Cli;

/// <summary>Options that mean the same in many commands.</summary>
internal static class CommonOptions
{
    /// <summary>The day that figures are of.</summary>
    public static Option<string> On() =>
        new("--on") { HelpName = "DATE", Description = "A day, YYYY-MM-DD; default: today" };

    /// <summary>Data instead of tables.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the API's answer as JSON" };
}
