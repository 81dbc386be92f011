using System.Text;
using Commission.Gateway.Grpc;
using Commission.Hostile.Tests.Fuzzing;
using Commission.Hostile.Tests.Generation;

namespace Commission.Hostile.Tests.Families;

/// <summary>Requests by JSON: right ones, and with wrong bodies, paths, queries and headers.</summary>
internal sealed class JsonFamily : IFamily, IDisposable
{
    private const int MostOfAnAnswer = 256 * 1024;
    private static readonly TimeSpan BriefPatience = TimeSpan.FromMilliseconds(150);

    private static readonly string[] PathParts =
    [
        "/", "//", "/..", "/./", "%2F", "%2e%2e", "%", "%0", "%ff%fe", "%00", ":", ":x", "*", "?", "#", "\\", ";a=b",
        "%C3%28", "{rep}", "~", "+", "/v1", "/v1/v1", "%25", "%E2%80%AE", "\u00e9",
    ];

    private static readonly string[] Types =
    [
        "application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "text/json",
        "application/grpc", "text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data", "a/b;;=",
        "application/merge-patch+json",
    ];

    private static readonly (string Name, string Value)[] Others =
    [
        ("content-encoding", "gzip"), ("content-encoding", "identity"), ("grpc-timeout", "1n"), ("grpc-timeout", "x"),
        ("accept", "application/xml"), ("accept-encoding", "br;q=2"), ("expect", "100-continue"), ("range", "bytes=5-"),
        ("if-none-match", "*"), ("origin", "https://evil.example"), ("access-control-request-method", "PUT"),
        ("x-http-method-override", "DELETE"), ("host", "evil.example:1"), ("authorization", "Bearer \u00e9"),
        ("cookie", "=;=;"), ("x-forwarded-host", "evil"), ("traceparent", "zz"), ("upgrade", "h2c"),
    ];

    private readonly HttpClient _http;
    private readonly IReadOnlyList<JsonBinding> _bindings;

    public JsonFamily(Uri json, IEnumerable<RpcMethod> methods, int weight)
    {
        _bindings = JsonBinding.Of(methods);
        Weight = weight;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            MaxConnectionsPerServer = 64,
        })
        {
            BaseAddress = json,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public string Name => "JSON";

    public int Weight { get; }

    public async Task<Outcome> RunAsync(Random random, Note note, CancellationToken patience)
    {
        var binding = Words.Pick(random, _bindings);
        var isValid = random.Next(3) == 0;
        var message = new MessageMaker(random, isValid ? 2 : 12, normalTimes: true).Make(binding.Method.RequestType);
        var (path, query, body) = binding.Write(message);
        var bytes = binding.HasBody && !isValid ? JsonMutator.Mutate(random, body) : Encoding.UTF8.GetBytes(body);
        var target = (isValid ? path : Path(random, path)) + Query(random, query, isValid);
        using var request = new HttpRequestMessage(Verb(random, binding.Verb, isValid), Target(target));
        var headers = AddHeaders(random, request, binding, isValid ? body.Length > 0 ? bytes : null : bytes, isValid);
        note.Describe($"{request.Method} {target} {headers}", bytes);
        return await SendAsync(request, binding.Method.Kind == RpcKind.ServerStream, patience);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Outcome> SendAsync(HttpRequestMessage request, bool isStream, CancellationToken patience)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(patience);
        leaving.CancelAfter(isStream ? BriefPatience : Timeout.InfiniteTimeSpan);
        try
        {
            using var response = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            var status = (int)response.StatusCode;
            await using var stream = await response.Content.ReadAsStreamAsync(leaving.Token);
            var body = await ReadAsync(stream, leaving.Token);
            var type = response.Content.Headers.NonValidated.TryGetValues("content-type", out var types)
                ? types.ToString()
                : "";
            return Judge.OfJson(status, type, body);
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            return new("left open");
        }
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken leaving)
    {
        var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (body.Length < MostOfAnAnswer && await stream.ReadAsync(buffer, leaving) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(body.ToArray());
    }

    private Uri Target(string target) => new(
        _http.BaseAddress!.GetLeftPart(UriPartial.Authority) + target,
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static HttpMethod Verb(Random random, string verb, bool isValid) => new(
        !isValid && random.Next(20) == 0
            ? Words.Pick(random, "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get")
            : verb);

    private static string Path(Random random, string path)
    {
        for (var left = random.Next(8) == 0 ? random.Next(1, 4) : 0; left > 0; left--)
        {
            path = path.Insert(random.Next(1, path.Length + 1), Words.Pick(random, PathParts));
        }

        return random.Next(200) == 0 ? path + new string('p', random.Next(20_000)) : path;
    }

    private static string Query(Random random, IReadOnlyList<(string Name, string Value)> query, bool isValid)
    {
        var parts = query.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}")
            .ToList();
        for (var left = !isValid && random.Next(4) == 0 ? random.Next(1, 4) : 0; left > 0; left--)
        {
            parts.Add(random.Next(6) switch
            {
                0 => "on=" + Uri.EscapeDataString(Words.Unusual(random)),
                1 => Words.Pick(random, "=", "&&&", "a", "=b", "on", "on=%", "on=%ff", "rep[]=x", "rep.rep.rep=1"),
                2 => string.Join('&', Enumerable.Repeat("reps=a", random.Next(1, 1000))),
                3 when parts.Count > 0 => parts[0],
                4 => string.Join('.', Enumerable.Repeat("deal", random.Next(1, 500))) + "=1",
                _ => $"after.shard={Words.Unusual(random).Length}",
            });
        }

        var text = string.Join('&', parts);
        return text.Length > 0 ? "?" + text : "";
    }

    private static string AddHeaders(
        Random random, HttpRequestMessage request, JsonBinding binding, byte[]? body, bool isValid)
    {
        request.Headers.TryAddWithoutValidation("grpc-timeout", binding.Method.Kind == RpcKind.Unary ? "10S" : "20m");
        if (binding.HasBody && body is not null)
        {
            request.Content = new ByteArrayContent(body);
            var type = isValid || random.Next(8) > 0 ? Types[0] : Words.Pick(random, Types);
            request.Content.Headers.TryAddWithoutValidation("content-type", type);
        }

        for (var left = isValid || random.Next(4) > 0 ? 0 : random.Next(1, 4); left > 0; left--)
        {
            var (name, value) = Words.Pick(random, Others);
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return string.Join(", ", request.Headers.NonValidated.Select(header => $"{header.Key}: {header.Value}"));
    }
}
