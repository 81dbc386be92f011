using System.CommandLine;
using Commission.Cli.Calls;
using Commission.Client;
using Commission.Client.Dynamic;
using Google.Protobuf.Reflection;

namespace Commission.Cli.Commands;

/// <summary>`commission call METHOD JSON`: any method that the server describes.</summary>
internal sealed class CallCommand
{
    private readonly Argument<string?> _method = new("METHOD")
    {
        HelpName = "METHOD",
        Description = "Such as Earnings/GetEstimate, Earnings.GetEstimate or commission.v1.Earnings/GetEstimate",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> _request = new("JSON")
    {
        Description = "The request; @FILE reads it from a file, - from what is piped in. Default: {}. "
            + "Where requests are a stream: a line each, and by default what is piped in",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _list = new("--list") { Description = "List the server's methods instead" };

    private readonly Option<bool> _describe = new("--describe")
    {
        Description = "Print the method's messages and an example instead",
    };

    private readonly Option<string[]> _headers = new("--header")
    {
        HelpName = "K:V", Description = "Request metadata; may be given several times",
    };

    private readonly Option<decimal?> _timeout = new("--timeout")
    {
        HelpName = "SECONDS", Description = "How long to wait; default: 30, and any time for streams",
    };

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var options = new CallCommand();
        options._method.CompletionSources.Add(context => KnownApi.Methods()
            .Where(name => name.StartsWith(context.WordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        var command = new Command(
            "call", "Call any method of the API: JSON in, JSON out, a line for each message of a stream")
        {
            options._method, options._request, options._list, options._describe, options._headers, options._timeout,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            using var silo = Server.At(parsed.GetValue(server)!, terminal.Token, options.Headers(parsed));
            return await options.RunAsync(terminal, parsed, silo.Channel, cancellationToken);
        }));
        return command;
    }

    private async Task<int> RunAsync(
        Terminal terminal, ParseResult parsed, RpcChannel channel, CancellationToken cancellationToken)
    {
        var timeout = Timeout(parsed);
        var limit = new RpcCallOptions { Timeout = timeout ?? Server.Patience };
        var schema = await ServerSchema.FetchAsync(channel, limit, cancellationToken);
        if (parsed.GetValue(_list))
        {
            terminal.Console.Write(MethodView.List(terminal, schema));
            return ExitCode.Ok;
        }

        var method = Find(schema, parsed.GetValue(_method));
        if (parsed.GetValue(_describe))
        {
            terminal.Out.Write(MethodView.Describe(method));
            return ExitCode.Ok;
        }

        var streams = method.IsClientStreaming || method.IsServerStreaming;
        var options = new RpcCallOptions { Timeout = timeout ?? (streams ? null : Server.Patience) };
        var requests = RequestTexts.Of(terminal.In, parsed.GetValue(_request), method.IsClientStreaming);
        var calls = new DynamicCalls(channel, schema);
        return await CallAsync(terminal, method, calls.CallAsync(method, requests, options, cancellationToken));
    }

    private static async Task<int> CallAsync(
        Terminal terminal, MethodDescriptor method, IAsyncEnumerable<System.Text.Json.Nodes.JsonNode?> responses)
    {
        var style = method.IsServerStreaming ? ApiJson.Line : ApiJson.Indented;
        try
        {
            await foreach (var response in responses)
            {
                terminal.Out.WriteLine(response?.ToJsonString(style) ?? "null");
            }
        }
        catch (JsonRefusedException wrong)
        {
            terminal.Error.WriteLine(wrong.Message);
            terminal.Error.WriteLine($"`commission call {MethodView.ShortName(method)} --describe` shows the request.");
            return ExitCode.Findings;
        }

        return ExitCode.Ok;
    }

    private static MethodDescriptor Find(ServerSchema schema, string? name) => name is null
        ? throw new UsageError("Required argument METHOD is missing; --list lists them.")
        : schema.FindMethod(name) ?? throw new UsageError($"The server has no method '{name}'; --list lists them.");

    private TimeSpan? Timeout(ParseResult parsed) => parsed.GetValue(_timeout) switch
    {
        null => null,
        > 0 and <= 86_400 and var seconds => TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)),
        var wrong => throw new UsageError(FormattableString.Invariant(
            $"--timeout {wrong}: expected seconds, more than 0 and at most 86400.")),
    };

    private KeyValuePair<string, string>[] Headers(ParseResult parsed) =>
    [
        .. (parsed.GetValue(_headers) ?? []).Select(text => text.Split(':', 2) is [{ Length: > 0 } name, var value]
            ? KeyValuePair.Create(name.Trim().ToLowerInvariant(), value.Trim())
            : throw new UsageError($"--header '{text}' must be written as name:value.")),
    ];
}
