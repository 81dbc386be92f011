using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Client.Dynamic;

/// <summary>Calls methods that only the server's own description tells of: JSON in, JSON out.</summary>
/// <param name="channel">The connection.</param>
/// <param name="schema">What the server says of itself.</param>
public sealed class DynamicCalls(RpcChannel channel, ServerSchema schema)
{
    private readonly JsonToMessage _parser = new(schema);
    private readonly MessageToJson _formatter = new(schema);

    /// <summary>Calls a method of any kind: sends requests, and returns responses, as they come.</summary>
    /// <param name="method">One of the schema's.</param>
    /// <param name="requests">JSON texts, one for each request message; one in all where they are no stream.</param>
    /// <param name="options">Metadata, timeout.</param>
    /// <param name="cancellationToken">Interrupts the call.</param>
    /// <returns>Each response as the API writes it in JSON.</returns>
    /// <exception cref="JsonRefusedException">A text is no such request; nothing of it was sent.</exception>
    /// <exception cref="RpcFailure">The call ended with a status other than OK.</exception>
    public async IAsyncEnumerable<JsonNode?> CallAsync(
        MethodDescriptor method,
        IAsyncEnumerable<string> requests,
        RpcCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // An empty message keeps all fields, known to it or not: it carries the bytes of any other.
        var messages = requests.Select(json => Empty.Parser.ParseFrom(Parse(method.InputType, json)));
        await foreach (var response in SendAsync(method, messages, options, cancellationToken))
        {
            yield return _formatter.Format(method.OutputType, response.ToByteString());
        }
    }

    /// <summary>A request's bytes.</summary>
    /// <exception cref="JsonRefusedException">The text is no such request.</exception>
    public ByteString Parse(MessageDescriptor type, string json) => _parser.Parse(type, json);

    /// <summary>A message in JSON, as the API writes it.</summary>
    public JsonNode? Format(MessageDescriptor type, ByteString message) => _formatter.Format(type, message);

    private async IAsyncEnumerable<Empty> SendAsync(
        MethodDescriptor method,
        IAsyncEnumerable<Empty> requests,
        RpcCallOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (method.IsClientStreaming || method.IsServerStreaming)
        {
            var responses = channel.DuplexAsync<Empty, Empty>(method, requests, options, cancellationToken);
            await foreach (var response in responses)
            {
                yield return response;
            }
        }
        else
        {
            // Alone these are sent again where an overloaded server asks for that.
            var request = await requests.SingleAsync(cancellationToken);
            yield return await channel.UnaryAsync<Empty, Empty>(method, request, options, cancellationToken);
        }
    }
}
