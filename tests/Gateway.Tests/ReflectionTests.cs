using Commission.Contracts.Reflection.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Alpha = Commission.Contracts.Reflection.V1Alpha;

namespace Commission.Gateway.Tests;

public sealed class ReflectionTests
{
    private const string EchoFile = "testing/echo.proto";

    [Fact]
    public async Task ListServices_OfATable_AreAllOfIt()
    {
        var response = await AskAsync(new() { ListServices = "" });

        Assert.Equal(
            ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "testing.Echo"],
            response.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Theory]
    [InlineData("testing.Echo")]
    [InlineData("testing.Echo.Say")]
    [InlineData("testing.EchoMessage")]
    [InlineData("testing.EchoMessage.text")]
    [InlineData("testing.EchoMessage.choice")]
    [InlineData("testing.EchoMessage.LabelsEntry")]
    [InlineData("testing.Color")]
    public async Task FileContainingSymbol_OfOurs_IsTheFileAndAllItImports(string symbol) =>
        AssertIsEcho(await AskAsync(new() { FileContainingSymbol = symbol }));

    [Fact]
    public async Task FileByFilename_OfOurs_IsTheFileAndAllItImports() =>
        AssertIsEcho(await AskAsync(new() { FileByFilename = EchoFile }));

    [Fact]
    public async Task FileContainingSymbol_OfAnExtension_IsItsFile()
    {
        var response = await AskAsync(new() { FileContainingSymbol = "google.api.http" });

        Assert.Equal("google/api/annotations.proto", Files(response)[0].Name);
    }

    [Fact]
    public async Task Extensions_OfMethodOptions_AreTheHttpRoutes()
    {
        const string Type = "google.protobuf.MethodOptions";
        var numbers = await AskAsync(new() { AllExtensionNumbersOfType = Type });
        var file = await AskAsync(new()
        {
            FileContainingExtension = new() { ContainingType = Type, ExtensionNumber = 72295728 },
        });

        Assert.Equal(Type, numbers.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Equal([72295728], numbers.AllExtensionNumbersResponse.ExtensionNumber);
        Assert.Equal("google/api/annotations.proto", Files(file)[0].Name);
    }

    [Fact]
    public async Task Requests_ThatFindNothing_AreErrorsAndTheCallGoesOn()
    {
        var responses = await AskAllAsync(
        [
            new() { Host = "here", FileByFilename = "nothing.proto" },
            new() { FileContainingSymbol = "testing.Nothing" },
            new() { FileContainingExtension = new() { ContainingType = "testing.EchoMessage", ExtensionNumber = 1 } },
            new() { AllExtensionNumbersOfType = "testing.Nothing" },
            new(),
            new() { AllExtensionNumbersOfType = "testing.EchoMessage" },
        ]);

        Assert.Equal([5, 5, 5, 5, 3, 0], responses.Select(response => response.ErrorResponse?.ErrorCode ?? 0));
        Assert.Equal(("here", "nothing.proto"), (responses[0].ValidHost, responses[0].OriginalRequest.FileByFilename));
        Assert.Empty(responses[5].AllExtensionNumbersResponse.ExtensionNumber);
    }

    [Fact]
    public async Task OlderVersion_TheSameRequest_HasTheSameAnswer()
    {
        await using var host = await EchoHost.StartAsync(Add);
        var request = new Alpha.ServerReflectionRequest { FileContainingSymbol = "testing.Echo" };
        var method = Alpha.ReflectionReflection.Descriptor.Services[0].Methods[0];

        var older = await host.Channel.DuplexAsync<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(
            method, new[] { request }.ToAsyncEnumerable()).SingleAsync();
        var newer = await AskAsync(new() { FileContainingSymbol = "testing.Echo" });

        Assert.Equal(request, older.OriginalRequest);
        Assert.Equal(newer.ToByteString(), older.ToByteString());
    }

    private static void AssertIsEcho(ServerReflectionResponse response)
    {
        var files = Files(response);
        var descriptors = FileDescriptor.BuildFromByteStrings(
            response.FileDescriptorResponse.FileDescriptorProto.Reverse());
        Assert.Equal(EchoFile, files[0].Name);
        Assert.Equal(files.Count, files.Select(file => file.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(descriptors, file => file.Services.Any(service => service.FullName == "testing.Echo"));
    }

    private static List<FileDescriptorProto> Files(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];

    private static void Add(MethodTable table) => ReflectionMethods.AddTo(table);

    private static async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request) =>
        (await AskAllAsync([request])).Single();

    private static async Task<List<ServerReflectionResponse>> AskAllAsync(ServerReflectionRequest[] requests)
    {
        await using var host = await EchoHost.StartAsync(Add);
        return await host.Channel.DuplexAsync<ServerReflectionRequest, ServerReflectionResponse>(
            ReflectionReflection.Descriptor.Services[0].Methods[0], requests.ToAsyncEnumerable()).ToListAsync();
    }
}
