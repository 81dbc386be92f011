using System.Text.Json.Nodes;
using Commission.Gateway.Grpc.Http.OpenApi;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Tests;

/// <summary>What the OpenAPI document says of a service with all kinds of bindings.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonObject Document = OpenApiDocument.Create(
        new EchoHandlers().Table(), Comments(), new JsonObject { ["title"] = "Echo", ["version"] = "1" });

    [Theory]
    [InlineData("/v1/echo", "post")]
    [InlineData("/v1/echo/{text}", "get")]
    [InlineData("/v1/echo/{inner.name}/inner", "get")]
    [InlineData("/v1/echo/{text}/inner", "put")]
    [InlineData("/v1/shelves/{text_2}/books/{text_4}", "patch")]
    [InlineData("/v1/files/{text}", "delete")]
    [InlineData("/v1/echo/{text}:close", "post")]
    [InlineData("/v1/count/{count}", "get")]
    public void Paths_OfEveryBinding_AreThere(string path, string verb) =>
        Assert.NotNull(Document["paths"]![path]?[verb]);

    [Fact]
    public void Operations_OfOneMethod_HaveDistinctIds()
    {
        var ids = Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => (string)operation.Value!["operationId"]!).ToList();

        Assert.Contains("Echo_Say", ids);
        Assert.Contains("Echo_Say_2", ids);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Parameters_OfAQuery_AreTheFieldsThatTextCanSet()
    {
        var parameters = Document["paths"]!["/v1/echo/{text}"]!["get"]!["parameters"]!.AsArray()
            .ToDictionary(parameter => (string)parameter!["name"]!, parameter => parameter!, StringComparer.Ordinal);

        Assert.Equal(("path", true), ((string)parameters["text"]["in"]!, (bool)parameters["text"]["required"]!));
        Assert.Equal("query", (string?)parameters["inner.units"]["in"]);
        Assert.Equal("array", (string?)parameters["words"]["schema"]!["type"]);
        Assert.Equal("date-time", (string?)parameters["at"]["schema"]!["format"]);
        Assert.All(
            ["labels", "many", "inner", "inner.inner.inner.name"], name => Assert.DoesNotContain(name, parameters));
    }

    [Fact]
    public void Parameters_BesideABody_AreTheRest()
    {
        var put = Document["paths"]!["/v1/echo/{text}/inner"]!["put"]!;
        var names = put["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!).ToList();

        Assert.Contains("number", names);
        Assert.DoesNotContain("inner.name", names);
        var content = put["requestBody"]!["content"]!["application/json"]!;
        Assert.Equal("#/components/schemas/Inner", (string?)content["schema"]!["$ref"]);
    }

    [Theory]
    [InlineData("text", """{"type":"string"}""")]
    [InlineData("number", """{"type":"string","format":"int64","pattern":"^-?[0-9]+$"}""")]
    [InlineData("counts", """{"type":"array","items":{"type":"integer","format":"int32"}}""")]
    [InlineData("color", """{"$ref":"#/components/schemas/Color"}""")]
    [InlineData("data", """{"type":"string","format":"byte"}""")]
    [InlineData("maybe", """{"type":"string","nullable":true}""")]
    [InlineData("labels", """{"type":"object","additionalProperties":{"type":"integer","format":"int32"}}""")]
    [InlineData("left", """{"type":"string","description":"Excludes `right`."}""")]
    [InlineData("many", """{"type":"array","items":{"$ref":"#/components/schemas/Inner"}}""")]
    public void Schema_OfAField_IsWhatItIsInJson(string field, string expected)
    {
        var schema = Document["components"]!["schemas"]!["EchoMessage"]!["properties"]![field];

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), schema), schema?.ToJsonString());
    }

    [Fact]
    public void Responses_OfAMethod_AreThoseThatItsCommentAnnounces()
    {
        var stream = Document["paths"]!["/v1/count/{count}"]!["get"]!;
        var fail = Document["paths"]!["/v1/fail"]!["post"]!;

        Assert.Equal(["200", "400", "default"], stream["responses"]!.AsObject().Select(response => response.Key));
        Assert.NotNull(stream["responses"]!["200"]!["content"]!["application/x-ndjson"]);
        Assert.Equal("Fails as the request says", (string?)fail["summary"]);
        Assert.Equal(
            ["200", "400", "404", "429", "default"], fail["responses"]!.AsObject().Select(response => response.Key));
        Assert.Equal(
            "FAILED_PRECONDITION, INVALID_ARGUMENT", (string?)fail["responses"]!["400"]!["description"]);
    }

    /// <summary>The descriptors as protoc would give them with source information, for one method.</summary>
    private static DocComments Comments()
    {
        var file = FileDescriptorProto.Parser.ParseFrom(EchoReflection.Descriptor.SerializedData);
        var method = file.Service[0].Method.ToList().FindIndex(method => method.Name == "Fail");
        file.SourceCodeInfo = new SourceCodeInfo();
        file.SourceCodeInfo.Location.Add(new SourceCodeInfo.Types.Location
        {
            Path = { 6, 0, 2, method },
            LeadingComments = " Fails as the request says. Errors: NOT_FOUND (UNKNOWN_THING), FAILED_PRECONDITION\n"
                + " (ANOTHER: of no use), RESOURCE_EXHAUSTED.\n",
        });
        return DocComments.Read(new MemoryStream(new FileDescriptorSet { File = { file } }.ToByteArray()));
    }
}
