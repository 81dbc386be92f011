using Commission.Gateway.Grpc;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;

namespace Commission.Gateway.Tests;

public sealed class MethodTableTests
{
    private static readonly ServiceDescriptor Echo = EchoReflection.Descriptor.Services[0];

    [Fact]
    public void Complete_MissingHandlers_AllAreNamed()
    {
        var table = new MethodTable().Unary<EchoMessage, EchoMessage>(Echo, "Say", (r, _) => new(r));
        var error = Assert.Throws<InvalidOperationException>(() => table.Complete(Echo));
        foreach (var name in new[] { "Fail", "Count", "Sum", "Chat", "Hold" })
        {
            Assert.Contains($"testing.Echo.{name} has no handler", error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("testing.Echo.Say", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_Mismatches_AllAreNamed()
    {
        var table = new MethodTable()
            .Unary<EchoMessage, EchoMessage>(Echo, "Count", (r, _) => new(r))
            .Unary<FailRequest, Inner>(Echo, "Say", (_, _) => new(new Inner()))
            .Unary<EchoMessage, EchoMessage>(Echo, "Hold", (r, _) => new(r))
            .Unary<EchoMessage, EchoMessage>(Echo, "Hold", (r, _) => new(r))
            .Unary<EchoMessage, EchoMessage>(Echo, "Nope", (r, _) => new(r));
        var error = Assert.Throws<InvalidOperationException>(() => table.Complete());
        string[] expected =
        [
            "testing.Echo.Count is ServerStream and its handler Unary",
            "testing.Echo.Count takes testing.CountRequest and its handler testing.EchoMessage",
            "testing.Echo.Say takes testing.EchoMessage and its handler testing.FailRequest",
            "testing.Echo.Say returns testing.EchoMessage and its handler testing.Inner",
            "testing.Echo.Hold has two handlers",
            "testing.Echo has no method Nope",
        ];
        Assert.All(expected, e => Assert.Contains(e, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UnknownPathField", "'nope' is not a field that a path can hold")]
    [InlineData("MessagePathField", "'inner' is not a field that a path can hold")]
    [InlineData("UnknownBodyField", "no field 'nope'")]
    [InlineData("UnknownResponseField", "no field 'nope'")]
    [InlineData("MalformedPath", "malformed")]
    [InlineData("EarlyRest", "** before its end")]
    [InlineData("EmptyVerb", "malformed")]
    [InlineData("NoPath", "without a path")]
    [InlineData("RequestStream", "has a stream of requests")]
    public async Task MapRpc_BindingWrong_RefusesToStart(string service, string part)
    {
        var descriptor = WrongReflection.Descriptor.Services.Single(s => s.Name == service);
        var table = new MethodTable();
        _ = descriptor.Methods[0].IsClientStreaming
            ? table.ClientStream<EchoMessage, EchoMessage>(descriptor, "Call", (_, _) => new(new EchoMessage()))
            : table.Unary<EchoMessage, EchoMessage>(descriptor, "Call", (r, _) => new(r));
        var builder = WebApplication.CreateSlimBuilder();
        Protocols.Add(builder.Services, table);
        await using var app = builder.Build();
        var error = Assert.Throws<InvalidOperationException>(() => Protocols.Map(app, table.Complete(descriptor)));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("grpc-status")]
    [InlineData("with space")]
    [InlineData("bytes-bin")]
    public void Metadata_NameWrong_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new RpcMetadata { { name, "value" } });

    [Theory]
    [InlineData("line\r\nbreak")]
    [InlineData("é")]
    public void Metadata_ValueWrong_IsRefused(string value) =>
        Assert.Throws<ArgumentException>(() => new RpcMetadata { { "name", value } });

    [Fact]
    public void BinaryHeader_NotBase64_IsRefused()
    {
        var method = new MethodTable().Unary<EchoMessage, EchoMessage>(Echo, "Say", (r, _) => new(r)).Methods.Single();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["a-bin"] = "*", ["b-bin"] = "_w" };
        var context = new LocalContext(method, headers);
        Assert.Equal(RpcStatus.InvalidArgument, Assert.Throws<RpcError>(() => context.BinaryHeader("a-bin")).Status);
        Assert.Null(context.BinaryHeader("c-bin"));
    }

    [Fact]
    public void Context_Values_AreKeptByType()
    {
        var method = new MethodTable().Unary<EchoMessage, EchoMessage>(Echo, "Say", (r, _) => new(r)).Methods.Single();
        var context = new LocalContext(method);
        Assert.Null(context.Get<Uri>());
        context.Set(new Uri("urn:caller"));
        Assert.Equal("urn:caller", context.Get<Uri>()?.ToString());
    }
}
