using System.Text.Json.Nodes;
using Commission.Client;
using Commission.Client.Dynamic;
using Commission.Gateway.Grpc.Reflection;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>Calls by a server's own description, against what Google.Protobuf makes of the same JSON.</summary>
public sealed class DynamicCallTests : IAsyncLifetime
{
    private EchoHost _host = null!;
    private ServerSchema _schema = null!;
    private DynamicCalls _calls = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await EchoHost.StartAsync(table => ReflectionMethods.AddTo(table));
        _schema = await ServerSchema.FetchAsync(_host.Channel);
        _calls = new DynamicCalls(_host.Channel, _schema);
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "text": "é\u0000\"", "number": "-9223372036854775808", "flag": true, "data": "AAEC/w==" }""")]
    [InlineData("""{ "number": "9007199254740993", "ratio": 0.1, "narrow": 1.5, "wide": "18446744073709551615" }""")]
    [InlineData("""{ "ratio": "NaN", "narrow": "-Infinity", "number": 1e3, "counts": [1, "2", 3.0, -4] }""")]
    [InlineData("""{ "color": "COLOR_BLUE", "colors": ["COLOR_RED", 2, 77] }""")]
    [InlineData("""{ "inner": { "name": "a", "inner": { "units": 5, "inner": {} } }, "many": [{}, {"name":"b"}] }""")]
    [InlineData("""{ "at": "2026-02-03T04:05:06.789Z", "span": "-1.5s", "mask": "inner.name,text" }""")]
    [InlineData("""{ "maybe": "", "big": "5", "sure": false, "raw": "AA==" }""")]
    [InlineData("""{ "times": ["2026-02-03T04:05:06Z", "1970-01-01T00:00:00Z"], "words": ["", "x"] }""")]
    [InlineData("""{ "labels": { "a": 1, "": 0, "b\"": -3 } }""")]
    [InlineData("""{ "left": "", "text": null, "words": null, "maybe": null, "color": null }""")]
    [InlineData("""{ "right": 4294967295 }""")]
    public async Task Say_AnyJson_IsWhatGeneratedCodeMakesOfIt(string json)
    {
        var answer = Assert.Single(await CallAsync("Echo/Say", json));

        var expected = JsonParser.Default.Parse<EchoMessage>(json);
        var formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
        var text = answer!.ToJsonString();
        Assert.Equal(expected, EchoMessage.Parser.ParseFrom(_calls.Parse(Type("EchoMessage"), json)));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(formatter.Format(expected)), answer), text);
    }

    [Theory]
    [InlineData("AAEC/-8=")]
    [InlineData("AAEC_-8")]
    [InlineData("AAEC_-8=")]
    public void Parse_BytesInEitherBase64_AreTheBytes(string text)
    {
        var message = _calls.Parse(Type("EchoMessage"), $$"""{ "data": "{{text}}" }""");

        Assert.Equal([0, 1, 2, 255, 239], EchoMessage.Parser.ParseFrom(message).Data.ToByteArray());
    }

    [Theory]
    [InlineData("""{ "txet": "a" }""", "txet", "testing.EchoMessage has no such field. Did you mean 'text'?")]
    [InlineData("""{ "inner": { "inner": { "nmae": 1 } } }""", "inner.inner.nmae", "testing.Inner has no such field.")]
    [InlineData("""{ "many": [{}, { "units": "1.5" }] }""", "many[1].units", "\"1.5\" is no int64.")]
    [InlineData("""{ "counts": [1, 2147483648] }""", "counts[1]", "2147483648 is no int32.")]
    [InlineData("""{ "counts": 1 }""", "counts", "Expected a list.")]
    [InlineData("""{ "words": ["a", null] }""", "words[1]", "A list has no null values.")]
    [InlineData("""{ "right": -1 }""", "right", "-1 is no uint32.")]
    [InlineData("""{ "color": "COLOR_BLU" }""", "color", "'COLOR_BLU' is no Color. Did you mean 'COLOR_BLUE'?")]
    [InlineData("""{ "labels": { "a": "x" } }""", "labels[\"a\"]", "\"x\" is no int32.")]
    [InlineData("""{ "labels": [] }""", "labels", "Expected an object: a map.")]
    [InlineData("""{ "left": "a", "right": 1 }""", "right", "Only one of choice can be given, and 'left' is.")]
    [InlineData("""{ "data": "%" }""", "data", "\"%\" is no bytes.")]
    [InlineData("""{ "at": "yesterday" }""", "at", "\"yesterday\" is no Timestamp.")]
    [InlineData("""{ "flag": "true" }""", "flag", "\"true\" is no bool.")]
    [InlineData("""{ "inner": "a" }""", "inner", "Expected an object: a testing.Inner.")]
    [InlineData("[]", "", "Expected an object: a testing.EchoMessage.")]
    [InlineData("""{ "text": "a", "text": "b" }""", "", "This is no JSON")]
    [InlineData("", "", "This is no JSON")]
    public async Task Say_WrongJson_IsRefusedWithItsPlace(string json, string place, string problem)
    {
        var refused = await Assert.ThrowsAsync<JsonRefusedException>(() => CallAsync("Echo/Say", json));

        Assert.Equal(place, refused.Place);
        Assert.StartsWith(problem, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sum_AStreamOfRequests_IsAnsweredOnce()
    {
        var answer = Assert.Single(await CallAsync("Echo/Sum", """{"number":1}""", """{"number":"41"}"""));

        Assert.Equal("42", (string?)answer!["number"]);
    }

    [Fact]
    public async Task Sum_WrongJsonInTheMiddle_EndsTheCall() => await Assert.ThrowsAsync<JsonRefusedException>(
        () => CallAsync("Echo/Sum", """{"number":1}""", """{"nubmer":1}"""));

    [Fact]
    public async Task Count_AStreamOfAnswers_GivesEach() =>
        Assert.Equal(3, (await CallAsync("Echo/Count", """{"count":3}""")).Count);

    [Fact]
    public async Task Chat_BothStreams_AnswersEachAsItComes()
    {
        var answers = await CallAsync("Echo/Chat", """{"text":"a"}""", """{"text":"b"}""");

        Assert.Equal(["a", "b"], answers.Select(answer => (string?)answer!["text"]));
    }

    [Fact]
    public async Task Fail_WithDetails_KeepsThem()
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => CallAsync("Echo/Fail", """{"status":3,"message":"no","details":true}"""));

        Assert.Equal((Code.InvalidArgument, "no"), (failure.Status, failure.Message));
        Assert.NotEmpty(failure.Details);
    }

    [Theory]
    [InlineData("testing.Echo/Say", true)]
    [InlineData("testing.Echo.Say", true)]
    [InlineData("Echo/Nothing", false)]
    [InlineData("Say", false)]
    [InlineData("ServerReflection/ServerReflectionInfo", false)]
    public void FindMethod_ByName_FindsTheOne(string name, bool found) =>
        Assert.Equal(found, _schema.FindMethod(name) is not null);

    [Fact]
    public async Task Fetch_NoReflection_SaysSo()
    {
        await using var host = await EchoHost.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => ServerSchema.FetchAsync(host.Channel));

        Assert.Equal(Code.Unimplemented, failure.Status);
    }

    private Google.Protobuf.Reflection.MessageDescriptor Type(string name) => _schema.FindMessage($"testing.{name}")!;

    private async Task<List<JsonNode?>> CallAsync(string method, params IReadOnlyList<string> requests) =>
        await _calls.CallAsync(_schema.FindMethod(method)!, requests.ToAsyncEnumerable()).ToListAsync();
}
