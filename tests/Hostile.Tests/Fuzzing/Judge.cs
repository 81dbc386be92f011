using System.Globalization;
using System.Text;
using Google.Protobuf;
using GoogleStatus = Google.Rpc.Status;

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>Tells a proper answer from one that should not be.</summary>
internal static class Judge
{
    private static readonly string[] Inside =
        ["   at ", " at Commission.", "System.", "Exception", "Microsoft.", "Google.Protobuf", ".cs:line", "incident"];

    private static readonly string[] StatusNames =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Statuses that no input may bring about.</summary>
    private static readonly string[] Never = ["UNKNOWN", "UNAVAILABLE", "DATA_LOSS"];

    /// <summary>What of the server's inside a text shows; null: nothing.</summary>
    public static string? Leak(string text) =>
        Array.Find(Inside, inside => text.Contains(inside, StringComparison.Ordinal)) is { } found
            ? $"shows '{found}': {text}"
            : null;

    /// <summary>The end of a call by gRPC.</summary>
    /// <param name="answer">What came.</param>
    /// <param name="isMisframed">Whether the frames were wrong: gRPC has INTERNAL for that.</param>
    public static Outcome OfGrpc(GrpcAnswer answer, bool isMisframed)
    {
        if (answer.HttpStatus != 200)
        {
            return OfHttp(answer.HttpStatus);
        }

        if (answer.Status is null)
        {
            return answer.WasLeft ? new("left open") : new("no status", "There is no grpc-status.");
        }

        if (!int.TryParse(answer.Status, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 16)
        {
            return new("wrong status", $"grpc-status is '{answer.Status}'.");
        }

        var name = StatusNames[code];
        return new(name, Fault(name, isMisframed, answer.Message) ?? OfDetails(code, answer.Details));
    }

    /// <summary>An answer by JSON.</summary>
    public static Outcome OfJson(int status, string type, string body)
    {
        var outcome = OfHttp(status);
        if (status < 400 || outcome.Fault is not null)
        {
            return outcome;
        }

        if (body.Length == 0)
        {
            // Refused by the web server itself, before anything of ours saw it.
            return outcome with { Answer = outcome.Answer + " (HTTP)" };
        }

        if (!type.StartsWith("application/json", StringComparison.Ordinal))
        {
            return outcome with { Fault = $"The refusal is of type '{type}': {body}" };
        }

        return outcome with { Fault = Leak(body) ?? OfStatusJson(body) };
    }

    /// <summary>An HTTP status alone.</summary>
    public static Outcome OfHttp(int status) => new(
        $"HTTP {status.ToString(CultureInfo.InvariantCulture)}",
        status is 500 or 502 or 503 or < 200 or > 599 ? $"The HTTP status is {status}." : null);

    private static string? Fault(string name, bool isMisframed, string message) =>
        Never.Contains(name, StringComparer.Ordinal) || (name == "INTERNAL" && !isMisframed)
            ? $"It ended with {name}: {message}"
            : Leak(message);

    private static string? OfDetails(int code, string? details)
    {
        if (details is null)
        {
            return null;
        }

        try
        {
            var padded = details.PadRight((details.Length + 3) / 4 * 4, '=');
            var status = GoogleStatus.Parser.ParseFrom(Convert.FromBase64String(padded));
            return status.Code == code
                ? Leak(Encoding.UTF8.GetString(status.ToByteArray()))
                : $"grpc-status is {code}, and that of its details {status.Code}.";
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidProtocolBufferException)
        {
            return $"The details are no google.rpc.Status: {details}";
        }
    }

    private static string? OfStatusJson(string body)
    {
        try
        {
            using var status = System.Text.Json.JsonDocument.Parse(body);
            var code = status.RootElement.GetProperty("code").GetInt32();
            var message = status.RootElement.GetProperty("message").GetString();
            var isProper = code is > 0 and <= 16 && message is { Length: > 0 }
                && status.RootElement.GetProperty("details").ValueKind == System.Text.Json.JsonValueKind.Array;
            return isProper ? null : $"The refusal is no google.rpc.Status: {body}";
        }
        catch (Exception wrong) when (
            wrong is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"The refusal is no google.rpc.Status: {body}";
        }
    }
}
