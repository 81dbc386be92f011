using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Commission.Gateway.Tests;

public sealed class JsonTests : IAsyncLifetime
{
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Post_WholeBody_IsTheRequest()
    {
        const string Body = """
            {"text":"é","number":"9007199254740993","inner":{"name":"n","units":"5"},"words":["a","b"],"counts":[1,2],
            "color":"COLOR_BLUE","flag":true,"data":"AQI=","ratio":0.5,"at":"2026-11-21T10:00:00Z","span":"1.500s",
            "maybe":"m","labels":{"k":7},"right":3,"many":[{"name":"x"}]}
            """;
        var (status, reply) = await SendAsync("POST", "/v1/echo", Body);
        Assert.Equal(HttpStatusCode.OK, status);
        var expected = JsonNode.Parse(Body)!.AsObject();
        foreach (var (name, value) in expected.Where(p => p.Key is not ("inner" or "many")))
        {
            Assert.True(JsonNode.DeepEquals(value, reply[name]), $"{name}: {reply[name]}");
        }

        Assert.Equal("5", (string?)reply["inner"]!["units"]);
    }

    [Theory]
    [InlineData("GET", "/v1/echo/abc", "text", "\"abc\"")]
    [InlineData("GET", "/v1/echo/a%2Fb%20%25", "text", "\"a/b %\"")]
    [InlineData("GET", "/v1/echo/%252F", "text", "\"%2F\"")]
    [InlineData("GET", "/v1/echo/x%3Aclose", "text", "\"x:close\"")]
    [InlineData("POST", "/v1/echo/x%3Ay:close", "text", "\"x:y\"")]
    [InlineData("GET", "/v1/echo/n1/inner", "inner.name", "\"n1\"")]
    [InlineData("DELETE", "/v1/files/a/b/c.txt", "text", "\"a/b/c.txt\"")]
    [InlineData("PATCH", "/v1/shelves/4/books/7", "text", "\"shelves/4/books/7\"")]
    [InlineData("PURGE", "/v1/echo/-12", "number", "\"-12\"")]
    [InlineData("POST", "/v1/echo:validate", "text", "\"\"")]
    [InlineData("GET", "/v1/echo/t?number=-5", "number", "\"-5\"")]
    [InlineData("GET", "/v1/echo/t?words=a&words=b%26c", "words", "[\"a\",\"b&c\"]")]
    [InlineData("GET", "/v1/echo/t?counts=1&counts=2", "counts", "[1,2]")]
    [InlineData("GET", "/v1/echo/t?inner.inner.name=deep&inner.units=3", "inner.inner.name", "\"deep\"")]
    [InlineData("GET", "/v1/echo/t?color=COLOR_RED", "color", "\"COLOR_RED\"")]
    [InlineData("GET", "/v1/echo/t?color=2&colors=COLOR_RED&colors=2", "colors", "[\"COLOR_RED\",\"COLOR_BLUE\"]")]
    [InlineData("GET", "/v1/echo/t?flag=true", "flag", "true")]
    [InlineData("GET", "/v1/echo/t?data=_w", "data", "\"/w==\"")]
    [InlineData("GET", "/v1/echo/t?ratio=1e3", "ratio", "1000")]
    [InlineData("GET", "/v1/echo/t?at=2026-11-21T10:00:00Z", "at", "\"2026-11-21T10:00:00Z\"")]
    [InlineData("GET", "/v1/echo/t?span=2.500s", "span", "\"2.500s\"")]
    [InlineData("GET", "/v1/echo/t?maybe=m", "maybe", "\"m\"")]
    [InlineData("GET", "/v1/echo/t?maybe=", "maybe", "\"\"")]
    [InlineData("GET", "/v1/echo/t?left=l", "left", "\"l\"")]
    [InlineData("GET", "/v1/echo/t?left=a+b%2Bc%C3%A9", "left", "\"a b+cé\"")]
    [InlineData("GET", "/v1/echo/t?mask=number,inner.someName", "mask", "\"number,inner.someName\"")]
    [InlineData("GET", "/v1/echo/t?big=9007199254740993", "big", "\"9007199254740993\"")]
    [InlineData("GET", "/v1/echo/t?sure=false", "sure", "false")]
    [InlineData("GET", "/v1/echo/t?raw=AQI%3D", "raw", "\"AQI=\"")]
    [InlineData("GET", "/v1/echo/t?wide=18446744073709551615", "wide", "\"18446744073709551615\"")]
    [InlineData("GET", "/v1/echo/t?narrow=-0.5", "narrow", "-0.5")]
    [InlineData("GET", "/v1/echo/t?at=2026-11-21T10:00:00.5%2B01:00", "at", "\"2026-11-21T09:00:00.500Z\"")]
    [InlineData(
        "GET", "/v1/echo/t?times=2026-01-01T00:00:00Z&times=2026-01-02T00:00:00Z", "times",
        "[\"2026-01-01T00:00:00Z\",\"2026-01-02T00:00:00Z\"]")]
    public async Task Binding_PathAndQuery_SetTheField(string method, string path, string field, string expected)
    {
        var (status, reply) = await SendAsync(method, path, method is "PATCH" or "POST" ? "{}" : null);
        Assert.Equal((HttpStatusCode.OK, expected), (status, At(reply, field)));
    }

    [Theory]
    [InlineData("""{"number":"5"}""", "number", "\"5\"")]
    [InlineData("""{"number":5}""", "number", "\"5\"")]
    [InlineData("""{"number":null}""", "number", "\"0\"")]
    [InlineData("""{"color":2}""", "color", "\"COLOR_BLUE\"")]
    [InlineData("""{"data":"_w"}""", "data", "\"/w==\"")]
    [InlineData("""{"raw":"__8"}""", "raw", "\"//8=\"")]
    [InlineData("""{"mask":"number,inner.someName"}""", "mask", "\"number,inner.someName\"")]
    [InlineData("""{"narrow":"0.5"}""", "narrow", "0.5")]
    [InlineData("", "text", "\"\"")]
    public async Task Body_OtherFormsOfAValue_AreUnderstood(string body, string field, string expected)
    {
        var (status, reply) = await SendAsync("POST", "/v1/echo", body);
        Assert.Equal((HttpStatusCode.OK, expected), (status, At(reply, field)));
    }

    [Theory]
    [InlineData("POST", "/v1/echo", """{"nope":1}""", "nope")]
    [InlineData("POST", "/v1/echo", """{"inner":{"inner":{"nope":1}}}""", "inner.inner.nope")]
    [InlineData("POST", "/v1/echo", """{"many":[{"name":"x"},{"nope":1}]}""", "many[1].nope")]
    [InlineData("POST", "/v1/echo", """{"labels":{"k":"seven"}}""", "labels[k]")]
    [InlineData("POST", "/v1/echo", """{"times":["2026-01-01T00:00:00Z","soon"]}""", "times[1]")]
    [InlineData("POST", "/v1/echo", """{"mask":"bad_name"}""", "mask")]
    [InlineData("PUT", "/v1/echo/t/inner", """{"units":"many"}""", "inner.units")]
    [InlineData("GET", "/v1/echo/t?inner.nope=1", null, "inner.nope")]
    [InlineData("PURGE", "/v1/echo/x", null, "number")]
    public async Task Request_Wrong_NamesTheFieldInADetail(string method, string path, string? body, string field)
    {
        var (status, reply) = await SendAsync(method, path, body);
        var detail = reply["details"]!.AsArray().Single()!;
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("type.googleapis.com/google.rpc.BadRequest", (string?)detail["@type"]);
        Assert.Equal(field, (string?)detail["fieldViolations"]!.AsArray().Single()!["field"]);
    }

    [Fact]
    public async Task Binding_BodyField_SetsOnlyThatField()
    {
        var (_, inner) = await SendAsync("PUT", "/v1/echo/t/inner?number=3", """{"name":"n"}""");
        Assert.Equal(("\"t\"", "\"n\"", "\"3\""), (At(inner, "text"), At(inner, "inner.name"), At(inner, "number")));
        var (_, words) = await SendAsync("PUT", "/v1/echo/t/words", """["a","b"]""");
        Assert.Equal("[\"a\",\"b\"]", At(words, "words"));
    }

    [Fact]
    public async Task Binding_ResponseBody_IsTheFieldAlone()
    {
        var text = await _host.Raw.GetStringAsync(new Uri(_host.JsonAddress, "/v1/words?words=a&words=b"));
        Assert.Equal("""[ "a", "b" ]""", text.Trim());
    }

    [Theory]
    [InlineData("POST", "/v1/echo", "{\"nope\":1}", "nope")]
    [InlineData("POST", "/v1/echo", "{\"text\":", "not valid JSON")]
    [InlineData("POST", "/v1/echo", "{\"text\":\"a\",\"text\":\"b\"}", "text")]
    [InlineData("POST", "/v1/echo", "{\"number\":\"twelve\"}", "twelve")]
    [InlineData("POST", "/v1/echo", "{\"number\":99999999999999999999}", "not a testing.EchoMessage")]
    [InlineData("POST", "/v1/echo", "{\"color\":\"GREEN\"}", "GREEN")]
    [InlineData("POST", "/v1/echo", "{\"data\":\"*\"}", "not a testing.EchoMessage")]
    [InlineData("POST", "/v1/echo", "[]", "not a testing.EchoMessage")]
    [InlineData("POST", "/v1/echo?flag=true", "{}", "'flag' belongs in the body")]
    [InlineData("PUT", "/v1/echo/t/inner", "1,\"flag\":true", "not valid JSON")]
    [InlineData("PUT", "/v1/echo/t/inner?inner.name=x", "{}", "'inner.name' belongs in the body")]
    [InlineData("GET", "/v1/echo/t?nope=1", null, "'nope' is not a field")]
    [InlineData("GET", "/v1/echo/t?text=1", null, "'text' is given in the path")]
    [InlineData("GET", "/v1/echo/t?flag=maybe", null, "'maybe' is not a value of flag, which is bool")]
    [InlineData("GET", "/v1/echo/t?color=9", null, "which is testing.Color")]
    [InlineData("GET", "/v1/echo/t?inner=x", null, "'inner' can't be given in the query")]
    [InlineData("GET", "/v1/echo/t?labels=x", null, "'labels' can't be given in the query")]
    [InlineData("GET", "/v1/echo/t?at=yesterday", null, "which is google.protobuf.Timestamp")]
    [InlineData("GET", "/v1/echo/t?number=1&number=2", null, "'number' is given more than once")]
    [InlineData("GET", "/v1/echo/t?inner.nope=1", null, "'inner.nope' is not a field")]
    [InlineData("GET", "/v1/echo/t?flag=True", null, "'True' is not a value of flag")]
    [InlineData("GET", "/v1/echo/t?wide=-1", null, "'-1' is not a value of wide")]
    [InlineData("GET", "/v1/echo/t?big=1.5", null, "'1.5' is not a value of big")]
    [InlineData("GET", "/v1/echo/t?mask=bad_name", null, "'bad_name' is not a value of mask")]
    [InlineData("GET", "/v1/echo/t?sure=1", null, "'1' is not a value of sure")]
    [InlineData("GET", "/v1/echo/t?left=a&right=2", null, "'right' excludes 'left'")]
    [InlineData("POST", "/v1/echo", "{\"left\":\"a\",\"right\":2}", "choice")]
    [InlineData("PURGE", "/v1/echo/x", null, "'x' is not a value of number, which is int64")]
    [InlineData("PURGE", "/v1/echo/9223372036854775808", null, "which is int64")]
    public async Task Request_Wrong_Is400AndSaysWhat(string method, string path, string? body, string part)
    {
        var (status, reply) = await SendAsync(method, path, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(3, (int?)reply["code"]);
        Assert.Contains(part, (string?)reply["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_NestedTooDeeply_Is400()
    {
        var body = string.Concat(Enumerable.Repeat("{\"inner\":", 10_000)) + "{}" + new string('}', 10_000);
        var (status, _) = await SendAsync("POST", "/v1/echo", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Request_InvalidUtf8_Is400()
    {
        using var content = new ByteArrayContent([.. "{\"text\":\""u8, 0xff, .. "\"}"u8]);
        using var response = await _host.Raw.PostAsync(new Uri(_host.JsonAddress, "/v1/echo"), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("UTF-8", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4 * 1024 * 1024)]
    [InlineData(9 * 1024 * 1024)]
    public async Task Request_OverTheLimit_Is413(int size)
    {
        var (status, reply) = await SendAsync("POST", "/v1/echo", $"{{\"text\":\"{new string('x', size)}\"}}");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 8), (status, (int?)reply["code"]));
    }

    [Fact]
    public async Task Request_OtherContentType_Is415()
    {
        using var content = new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _host.Raw.PostAsync(new Uri(_host.JsonAddress, "/v1/echo"), content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing/here", HttpStatusCode.NotFound, 5)]
    [InlineData("GET", "/v1", HttpStatusCode.NotFound, 5)]
    [InlineData("GET", "/V1/echo/x", HttpStatusCode.NotFound, 5)]
    [InlineData("GET", "/v1/echo/", HttpStatusCode.NotFound, 5)]
    [InlineData("DELETE", "/v1/echo", HttpStatusCode.MethodNotAllowed, 12)]
    public async Task Path_Unknown_IsRefusedAsStatus(string method, string path, HttpStatusCode expected, int code)
    {
        var (status, reply) = await SendAsync(method, path, null);
        Assert.Equal((expected, code), (status, (int?)reply["code"]));
    }

    [Theory]
    [InlineData("DELETE", "/v1/echo", 405, "POST, OPTIONS")]
    [InlineData("POST", "/v1/echo/t", 405, "GET, HEAD, PURGE, OPTIONS")]
    [InlineData("HEAD", "/v1/count/3", 405, "GET, OPTIONS")]
    [InlineData("OPTIONS", "/v1/echo/t/inner", 204, "GET, HEAD, PUT, OPTIONS")]
    [InlineData("OPTIONS", "/v1/count/3", 204, "GET, OPTIONS")]
    public async Task Path_OtherVerb_IsToldWhichAreAllowed(string method, string path, int status, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_host.JsonAddress, path));
        using var response = await _host.Raw.SendAsync(request);
        Assert.Equal((status, allowed), ((int)response.StatusCode, string.Join(", ", response.Content.Headers.Allow)));
    }

    [Theory]
    [InlineData("/v1/echo/t", 200)]
    [InlineData("/v1/echo/t?nope=1", 400)]
    [InlineData("/v1/nothing", 404)]
    public async Task Head_OfAnyPath_IsGetWithoutTheBody(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(_host.JsonAddress, path));
        using var response = await _host.Raw.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Path_OfAnotherEndpoint_IsStillServed() =>
        Assert.Equal("a page", await _host.Raw.GetStringAsync(new Uri(_host.JsonAddress, "/page/two")));

    [Theory]
    [InlineData(1, 499)]
    [InlineData(2, 500)]
    [InlineData(3, 400)]
    [InlineData(4, 504)]
    [InlineData(10, 409)]
    [InlineData(11, 400)]
    [InlineData(13, 500)]
    [InlineData(15, 500)]
    [InlineData(5, 404)]
    [InlineData(6, 409)]
    [InlineData(7, 403)]
    [InlineData(8, 429)]
    [InlineData(9, 400)]
    [InlineData(12, 501)]
    [InlineData(14, 503)]
    [InlineData(16, 401)]
    public async Task Handler_Refuses_StatusIsByTheTable(int code, int http)
    {
        var (status, reply) = await SendAsync("POST", "/v1/fail", $$"""{"status":{{code}},"message":"because"}""");
        Assert.Equal((http, code, "because"), ((int)status, (int?)reply["code"], (string?)reply["message"]));
    }

    [Fact]
    public async Task Handler_RefusesWithDetails_TheyAreInTheBody()
    {
        const string Body = """{"message":"bad","details":true}""";
        using var content = new StringContent(Body, Encoding.UTF8, "application/json");
        using var response = await _host.Raw.PostAsync(new Uri(_host.JsonAddress, "/v1/fail"), content);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
        Assert.Equal("yes", response.Headers.GetValues("x-failed").Single());
        var details = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["details"]!.AsArray();
        Assert.Equal("inner.name", (string?)details[0]!["fieldViolations"]![0]!["field"]);
        Assert.Equal("DEAL_CLOSED", (string?)details[1]!["reason"]);
        Assert.Equal("1.500s", (string?)details[2]!["retryDelay"]);
        Assert.Equal("type.googleapis.com/google.rpc.RetryInfo", (string?)details[2]!["@type"]);
    }

    [Fact]
    public async Task Handler_Crashes_CallerLearnsNothingAndItIsLogged()
    {
        var (status, reply) = await SendAsync("POST", "/v1/fail", """{"crash":true,"message":"salary"}""");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.DoesNotContain("salary", reply.ToJsonString(), StringComparison.Ordinal);
        Assert.True(_host.Log.Errors.TryDequeue(out var logged));
        Assert.Contains("secret: salary", logged, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServerStream_Messages_AreLines(bool http2)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(http2 ? _host.GrpcAddress : _host.JsonAddress, "/v1/count/3?bytes=2"));
        request.Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var response = await _host.Raw.SendAsync(request);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("1 2 3", string.Join(' ', lines.Select(l => (string?)JsonNode.Parse(l)!["number"])));
    }

    [Fact]
    public async Task ServerStream_HandlerWaits_EarlierLinesAreSent()
    {
        await using var body = await _host.Raw.GetStreamAsync(new Uri(_host.JsonAddress, "/v1/count/1?hold=true"));
        using var reader = new StreamReader(body);
        Assert.Contains("\"number\"", await reader.ReadLineAsync(), StringComparison.Ordinal);
        body.Close();
        Assert.Equal("Count", await _host.Handlers.Cancelled.Task);
    }

    [Fact]
    public async Task ServerStream_FailsMidway_LastLineIsTheError()
    {
        var text = await _host.Raw.GetStringAsync(new Uri(_host.JsonAddress, "/v1/count/1?fail=true"));
        var last = JsonNode.Parse(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!;
        Assert.Equal(15, (int?)last["error"]!["code"]);
    }

    [Fact]
    public async Task ServerStream_FailsFirst_IsAnOrdinaryRefusal()
    {
        var (status, reply) = await SendAsync("GET", "/v1/count/0?fail=true", null);
        Assert.Equal((HttpStatusCode.InternalServerError, 15), (status, (int?)reply["code"]));
    }

    private static string At(JsonNode reply, string path) =>
        path.Split('.').Aggregate(reply, (node, name) => node[name]!).ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task<(HttpStatusCode Status, JsonNode Reply)> SendAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), _host.JsonAddress + path.TrimStart('/'));
        request.Headers.ExpectContinue = body?.Length > 1024 * 1024;
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _host.Raw.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
