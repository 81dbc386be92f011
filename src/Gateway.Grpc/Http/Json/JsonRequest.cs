using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>Builds a request message from body, path and query.</summary>
internal static class JsonRequest
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The request of a call whose path had these values.</summary>
    /// <exception cref="RpcError">Something is wrong with it; the message says what.</exception>
    /// <exception cref="HttpRefusal">The body is too large, or not JSON by its headers.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpCall call, JsonRoute route, string[] pathValues)
        where T : class, IMessage<T>, new()
    {
        var message = new T();
        if (route.AllOfBody || route.BodyField is not null)
        {
            var body = await ReadBodyAsync(call.Http.Request, call);
            if (body.Length > 0)
            {
                message = ParseBody<T>(body, route, call.Server.Options.MaxJsonDepth);
            }
        }

        BindQuery(message, call.Http.Request.Query, route);
        for (var i = 0; i < pathValues.Length; i++)
        {
            route.Variables[i].Set(message, pathValues[i]);
        }

        return message;
    }

    private static async ValueTask<byte[]> ReadBodyAsync(HttpRequest request, HttpCall call)
    {
        var limit = call.Server.Options.MaxMessageBytes;
        CheckType(request);
        if (request.ContentLength > limit)
        {
            throw HttpRefusal.TooLarge(limit);
        }

        var input = request.BodyReader;
        while (true)
        {
            var result = await HttpBody.ReadAsync(input, call.CancellationToken);
            if (result.Buffer.Length > limit)
            {
                HttpBody.AdvanceTo(input, result.Buffer.End, result.Buffer.End);
                throw HttpRefusal.TooLarge(limit);
            }

            Hold(call, input, result.Buffer);
            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                HttpBody.AdvanceTo(input, result.Buffer.End, result.Buffer.End);
                return body;
            }

            HttpBody.AdvanceTo(input, result.Buffer.Start, result.Buffer.End);
        }
    }

    private static void Hold(HttpCall call, PipeReader input, in ReadOnlySequence<byte> buffer)
    {
        try
        {
            call.Hold(buffer.Length);
        }
        catch (RpcError)
        {
            HttpBody.AdvanceTo(input, buffer.End, buffer.End);
            throw;
        }
    }

    private static void CheckType(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            throw HttpRefusal.UnsupportedType("Compressed JSON bodies are not supported.");
        }

        if (request.ContentType is { Length: > 0 } type && !request.HasJsonContentType())
        {
            throw HttpRefusal.UnsupportedType($"The body must be application/json in UTF-8, not {type}.");
        }
    }

    private static T ParseBody<T>(byte[] body, JsonRoute route, int maxDepth)
        where T : class, IMessage<T>, new()
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithRecursionLimit(maxDepth));
        try
        {
            var text = StrictUtf8.GetString(body);

            // Checked as a whole first: this knows line and column, and a field's body can't break out of its field.
            var options = new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(text, options);
            var whole = route.BodyField is { } field ? $"{{\"{field.JsonName}\":{text}}}" : text;
            return ParseMessage<T>(parser, whole, options);
        }
        catch (JsonException e)
        {
            throw RpcError.Invalid($"The body is not valid JSON: {e.Message}");
        }
        catch (DecoderFallbackException e)
        {
            throw RpcError.Invalid($"The body is not valid UTF-8 at byte {e.Index}.");
        }
    }

    private static T ParseMessage<T>(JsonParser parser, string text, JsonDocumentOptions options)
        where T : class, IMessage<T>, new()
    {
        try
        {
            return parser.Parse<T>(text);
        }
        catch (Exception e) when (
            e is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            var type = new T().Descriptor;
            // One level more: the body may stand inside a field.
            var deeper = options with { MaxDepth = options.MaxDepth + 1 };
            if (JsonBytes.Normalize(text, type, deeper) is { } normal)
            {
                return ParseMessage<T>(parser, normal, options);
            }

            using var document = JsonDocument.Parse(text, deeper);
            var field = JsonMismatch.Find(document.RootElement, type);
            // The parser repeats the value, however long it is.
            var why = StatusLimits.Cut(e.Message);
            throw string.IsNullOrEmpty(field)
                ? RpcError.Invalid($"The body is not a {type.FullName}: {why}")
                : RpcError.Invalid($"The body is not a {type.FullName}: {field}: {why}", (field, why));
        }
    }

    private static void BindQuery(IMessage message, IQueryCollection query, JsonRoute route)
    {
        var taken = route.Variables.ToList();
        foreach (var (name, values) in query)
        {
            var path = FieldPath.Find(message.Descriptor, name);
            var why = path switch
            {
                null => "is not a field of the request",
                _ when route.AllOfBody => "belongs in the body",
                { IsText: false } => "can't be given in the query",
                _ when path.Root == route.BodyField => "belongs in the body",
                _ when route.Variables.Any(v => v.Same(path)) => "is given in the path",
                { Field.IsRepeated: false } when values.Count > 1 => "is given more than once",
                _ when taken.Find(path.Excludes) is { } other => $"excludes '{other.Text}', which is given, too",
                _ => null,
            };
            if (why is not null)
            {
                throw RpcError.Invalid($"The query parameter '{name}' {why}.", (name, why));
            }

            taken.Add(path!);
            foreach (var value in values)
            {
                path!.Set(message, value ?? string.Empty);
            }
        }
    }
}
