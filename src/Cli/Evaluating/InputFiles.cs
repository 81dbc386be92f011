using System.Collections.Immutable;
using System.Text;
using Commission.Cli.Commands;
using Commission.Engine;

namespace Commission.Cli.Evaluating;

/// <summary>Reads what commands that need no server are given; tells every error, and then gives null.</summary>
internal static class InputFiles
{
    public static async Task<ImmutableArray<ConformanceCase>?> CasesAsync(
        Terminal terminal, string file, CancellationToken cancellation)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancellation);
        return Checked(terminal, file, IsUtf16(bytes)
            ? PlanFormat.ParseCases(Encoding.Unicode.GetString(bytes))
            : PlanFormat.ParseCases(bytes));
    }

    public static async Task<ImmutableArray<DealCredit>?> OpenCreditsAsync(
        Terminal terminal, string file, CancellationToken cancellation)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancellation);
        return Checked(terminal, file, IsUtf16(bytes)
            ? PlanFormat.ParseOpenCredits(Encoding.Unicode.GetString(bytes))
            : PlanFormat.ParseOpenCredits(bytes));
    }

    private static T? Checked<T>(Terminal terminal, string file, Parsed<T> parsed)
        where T : struct
    {
        foreach (var problem in parsed.Problems.Where(problem => problem.Severity == ProblemSeverity.Error))
        {
            terminal.Error.WriteLine(PlanCommand.Text(file, problem));
        }

        return parsed.IsValid ? parsed.Value : null;
    }

    // As some shells write what is redirected to a file.
    private static bool IsUtf16(byte[] bytes) => bytes is [0xFF, 0xFE, ..];
}
