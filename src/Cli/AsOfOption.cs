using System.CommandLine;
using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Cli;

/// <summary>The option `--as-of` of commands that can look back.</summary>
internal static class AsOfOption
{
    private const string Forms =
        "a change such as '#12', an event such as 3:17, a day or a time such as 2026-02-12T09:30 (UTC)";

    public static Option<string> Create() => new("--as-of")
    {
        HelpName = "MOMENT",
        Description = $"Answer as was answered then: {Forms}",
    };

    /// <summary>The moment asked for; null for none.</summary>
    /// <exception cref="UsageError">It is no moment.</exception>
    public static Moment? Of(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is not { } text
        ? null
        : Moments.Parse(text) ?? throw new UsageError($"--as-of: '{text}' is no moment; expected {Forms}.");
}
