using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Commission.Silo.Tests.Access;

/// <summary>One call of any method by one protocol, by the web client of .NET and by hand.</summary>
/// <param name="Status">What came of it; OK as soon as a watch has sent something.</param>
/// <param name="Text">All that was sent back.</param>
internal sealed partial record AnyCall(Code Status, string Text)
{
    private const int HeaderBytes = 5;
    private const byte Trailers = 0x80;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>By gRPC, over HTTP/2.</summary>
    public static async Task<AnyCall> GrpcAsync(
        HttpClient http, Uri address, MethodDescriptor method, string json, string? token)
    {
        using var request = Posted(address, method, json, token, "application/grpc");
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        var text = new StringBuilder(response.Headers.ToString());
        if (StatusOf(response.Headers) is { } early)
        {
            return new AnyCall(early, text.ToString());
        }

        await using var body = await response.Content.ReadAsStreamAsync(Ct);
        if (await ReadFrameAsync(body) is { } first && IsWatch(method))
        {
            return new AnyCall(Code.Ok, Latin(first.Content));
        }

        using var rest = new StreamReader(body, Encoding.Latin1);
        text.Append(await rest.ReadToEndAsync(Ct)).Append(response.TrailingHeaders);
        return new AnyCall(StatusOf(response.TrailingHeaders)!.Value, text.ToString());
    }

    /// <summary>By gRPC-Web, over HTTP/1.1.</summary>
    public static async Task<AnyCall> GrpcWebAsync(
        HttpClient http, Uri address, MethodDescriptor method, string json, string? token)
    {
        using var request = Posted(address, method, json, token, "application/grpc-web+proto");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        var text = new StringBuilder(response.Headers.ToString());
        if (StatusOf(response.Headers) is { } early)
        {
            return new AnyCall(early, text.ToString());
        }

        await using var body = await response.Content.ReadAsStreamAsync(Ct);
        while (await ReadFrameAsync(body) is { } frame)
        {
            text.Append(Latin(frame.Content));
            if (frame.Flag == Trailers)
            {
                return new AnyCall(StatusIn(Latin(frame.Content)), text.ToString());
            }

            if (IsWatch(method))
            {
                return new AnyCall(Code.Ok, text.ToString());
            }
        }

        throw new InvalidOperationException($"{method.FullName} ended without trailers.");
    }

    /// <summary>By JSON; null where the method has no HTTP binding.</summary>
    public static async Task<AnyCall?> JsonAsync(
        HttpClient http, Uri address, MethodDescriptor method, string json, string? token)
    {
        if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
        {
            return null;
        }

        using var request = Bound(address, rule, JsonNode.Parse(json)!.AsObject());
        Authorize(request, token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        var text = IsWatch(method) && response.IsSuccessStatusCode
            ? await body.ReadLineAsync(Ct) ?? ""
            : await body.ReadToEndAsync(Ct);
        return new AnyCall(
            response.IsSuccessStatusCode
                ? Code.Ok
                : (Code)JsonDocument.Parse(text).RootElement.GetProperty("code").GetInt32(),
            text);
    }

    /// <summary>Whether it only ends when its caller goes.</summary>
    private static bool IsWatch(MethodDescriptor method) => method.Name.StartsWith("Watch", StringComparison.Ordinal);

    private static HttpRequestMessage Posted(
        Uri address, MethodDescriptor method, string json, string? token, string type)
    {
        var message = method.InputType.Parser.ParseJson(json).ToByteArray();
        var frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, HeaderBytes);
        var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(address, $"/{method.Service.FullName}/{method.Name}"))
        {
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.TryAddWithoutValidation("grpc-timeout", "60S");
        Authorize(request, token);
        return request;
    }

    private static HttpRequestMessage Bound(Uri address, HttpRule rule, JsonObject body)
    {
        var (verb, template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Put => (HttpMethod.Put, rule.Put),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
            _ => (HttpMethod.Delete, rule.Delete),
        };
        var path = Variable().Replace(template, found =>
        {
            var value = body[found.Groups["field"].Value]!.GetValue<string>();
            body.Remove(found.Groups["field"].Value);
            return Uri.EscapeDataString(value);
        });
        if (rule.Body == "*")
        {
            return new HttpRequestMessage(verb, new Uri(address, path))
            {
                Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json")),
            };
        }

        var query = string.Join('&', body.Select(field => $"{field.Key}={Uri.EscapeDataString($"{field.Value}")}"));
        return new HttpRequestMessage(verb, new Uri(address, query.Length > 0 ? $"{path}?{query}" : path));
    }

    private static void Authorize(HttpRequestMessage request, string? token) =>
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

    private static Code? StatusOf(HttpResponseHeaders headers) =>
        headers.TryGetValues("grpc-status", out var values)
            ? (Code)int.Parse(values.Single(), CultureInfo.InvariantCulture)
            : null;

    private static Code StatusIn(string trailers) =>
        (Code)int.Parse(StatusLine().Match(trailers).Groups["code"].ValueSpan, CultureInfo.InvariantCulture);

    private static async Task<(byte Flag, byte[] Content)?> ReadFrameAsync(Stream body)
    {
        var header = new byte[HeaderBytes];
        var read = await body.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, Ct);
        if (read == 0)
        {
            return null;
        }

        var content = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await body.ReadExactlyAsync(content, Ct);
        return (header[0], content);
    }

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    [GeneratedRegex("""\{(?<field>\w+)\}""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("""grpc-status: ?(?<code>\d+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusLine();
}
