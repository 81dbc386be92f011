using System.CommandLine;
using Commission.Client;
using Google.Rpc;

namespace Commission.Cli;

/// <summary>Turns what can go wrong outside of this program into a message and an exit code.</summary>
internal static class Guard
{
    /// <summary>Makes the action that a command runs.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Action(
        Terminal terminal, Func<ParseResult, CancellationToken, Task<int>> action) =>
        async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, cancellationToken);
            }
            catch (RpcFailure failure)
            {
                return Explain(terminal, failure);
            }
            catch (UsageError wrong)
            {
                terminal.Error.WriteLine(wrong.Message);
                return ExitCode.Usage;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                terminal.Error.WriteLine(failed.Message);
                return ExitCode.Usage;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                terminal.Error.WriteLine("Interrupted.");
                return ExitCode.Interrupted;
            }
        };

    /// <summary>Says why the server, or the way to it, failed.</summary>
    public static int Explain(Terminal terminal, RpcFailure failure)
    {
        if (failure.Status == Code.Unavailable)
        {
            terminal.Error.WriteLine($"The server cannot be reached. {failure.Message}");
            terminal.Error.WriteLine("Is the silo running? Name its address with --server or COMMISSION_SERVER.");
            return ExitCode.Unreachable;
        }

        foreach (var line in Lines(failure))
        {
            terminal.Error.WriteLine(line);
        }

        if (failure.Status == Code.Unauthenticated)
        {
            terminal.Error.WriteLine(terminal.Token.Length == 0
                ? "Put your token in the environment variable COMMISSION_TOKEN."
                : "The token in COMMISSION_TOKEN is not good, or has ended.");
        }

        return ExitCode.Refused;
    }

    /// <summary>The server's refusal in words: what is wrong, the reason for programs.</summary>
    public static IEnumerable<string> Lines(RpcFailure failure)
    {
        yield return $"{failure.Message} ({Name(failure.Status)})";
        var violations = (failure.Detail<BadRequest>()?.FieldViolations ?? [])
            .Select(violation => $"{violation.Field}: {violation.Description}")
            .Where(text => text != failure.Message);
        foreach (var text in violations)
        {
            yield return $"  {text}";
        }

        if (failure.Detail<ErrorInfo>() is { } info)
        {
            // This version of the package still has the older name of the field.
            var facts = info.Metadata.Select(fact => $", {fact.Key} {fact.Value}");
            yield return $"  reason: {info.Type}{string.Concat(facts)}";
        }

        if (failure.RetryAfter is { } pause)
        {
            yield return FormattableString.Invariant($"  may succeed after {pause.TotalSeconds:0.###} s");
        }
    }

    private static string Name(Code status) => string
        .Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{c}"))
        .ToUpperInvariant();
}
