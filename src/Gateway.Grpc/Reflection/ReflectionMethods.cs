using System.Runtime.CompilerServices;
using Commission.Contracts;
using Commission.Contracts.Reflection.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using static Commission.Contracts.Reflection.V1.ServerReflectionRequest;
using Alpha = Commission.Contracts.Reflection.V1Alpha;

namespace Commission.Gateway.Grpc.Reflection;

/// <summary>Handlers of grpc.reflection.v1 and v1alpha: the table's services, from their own descriptors.</summary>
public sealed class ReflectionMethods
{
    private readonly Lazy<DescriptorIndex> _index;
    private readonly Lazy<Dictionary<string, ByteString>> _commented = new(ReadCommented);

    private ReflectionMethods(MethodTable table)
    {
        // Made when first asked: services may still be added to the table after these.
        _index = new(() => new DescriptorIndex(table.Methods.Select(method => method.Descriptor.Service)));
    }

    /// <summary>Adds both versions of the reflection service to a table.</summary>
    /// <returns>The table.</returns>
    public static MethodTable AddTo(MethodTable table)
    {
        var handlers = new ReflectionMethods(table);
        var service = ReflectionReflection.Descriptor.Services[0];
        var alpha = Alpha.ReflectionReflection.Descriptor.Services[0];
        return table
            .Duplex<ServerReflectionRequest, ServerReflectionResponse>(
                service, "ServerReflectionInfo", (requests, _) => handlers.Answer(requests))
            .Duplex<Alpha.ServerReflectionRequest, Alpha.ServerReflectionResponse>(
                alpha, "ServerReflectionInfo", (requests, _) => handlers.AnswerAlpha(requests))
            .Complete(service, alpha);
    }

    private async IAsyncEnumerable<ServerReflectionResponse> Answer(
        IAsyncEnumerable<ServerReflectionRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var request in requests.WithCancellation(cancellation))
        {
            var response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            yield return response;
        }
    }

    /// <summary>The older version differs in its name alone, so its messages have the same bytes.</summary>
    private async IAsyncEnumerable<Alpha.ServerReflectionResponse> AnswerAlpha(
        IAsyncEnumerable<Alpha.ServerReflectionRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var translated = Translate(requests, ServerReflectionRequest.Parser, cancellation);
        await foreach (var response in Answer(translated, cancellation))
        {
            yield return Alpha.ServerReflectionResponse.Parser.ParseFrom(response.ToByteString());
        }
    }

    private static async IAsyncEnumerable<TTo> Translate<TFrom, TTo>(
        IAsyncEnumerable<TFrom> messages,
        MessageParser<TTo> parser,
        [EnumeratorCancellation] CancellationToken cancellation)
        where TFrom : IMessage<TFrom>
        where TTo : IMessage<TTo>
    {
        await foreach (var message in messages.WithCancellation(cancellation))
        {
            yield return parser.ParseFrom(message.ToByteString());
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        MessageRequestOneofCase.FileByFilename =>
            Files(_index.Value.File(request.FileByFilename), $"file '{request.FileByFilename}'"),
        MessageRequestOneofCase.FileContainingSymbol =>
            Files(_index.Value.FileOf(request.FileContainingSymbol), $"symbol '{request.FileContainingSymbol}'"),
        MessageRequestOneofCase.FileContainingExtension => FileOf(request.FileContainingExtension),
        MessageRequestOneofCase.AllExtensionNumbersOfType => Extensions(request.AllExtensionNumbersOfType),
        MessageRequestOneofCase.ListServices => Services(),
        _ => Refused(RpcStatus.InvalidArgument, "The request asks for nothing."),
    };

    private ServerReflectionResponse FileOf(ExtensionRequest extension) => Files(
        _index.Value.FileOf(extension.ContainingType, extension.ExtensionNumber),
        $"extension {extension.ExtensionNumber} of '{extension.ContainingType}'");

    private ServerReflectionResponse Services()
    {
        var services = _index.Value.Services.Select(name => new ServiceResponse { Name = name });
        return new() { ListServicesResponse = new() { Service = { services } } };
    }

    private ServerReflectionResponse Extensions(string type) => _index.Value.ExtensionsOf(type) is { } numbers
        ? new() { AllExtensionNumbersResponse = new() { BaseTypeName = type, ExtensionNumber = { numbers } } }
        : NotFound($"message '{type}'");

    private ServerReflectionResponse Files(FileDescriptor? file, string what)
    {
        if (file is null)
        {
            return NotFound(what);
        }

        var files = DescriptorIndex.WithImports(file)
            .Select(one => _commented.Value.GetValueOrDefault(one.Name, one.SerializedData));
        return new() { FileDescriptorResponse = new() { FileDescriptorProto = { files } } };
    }

    /// <summary>The API's files with their comments, which the generated code has not.</summary>
    private static Dictionary<string, ByteString> ReadCommented()
    {
        using var description = ApiDescription.Open();
        return FileDescriptorSet.Parser.ParseFrom(description).File
            .ToDictionary(file => file.Name, file => file.ToByteString(), StringComparer.Ordinal);
    }

    private static ServerReflectionResponse NotFound(string what) =>
        Refused(RpcStatus.NotFound, $"There is no {what} here.");

    private static ServerReflectionResponse Refused(RpcStatus status, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)status, ErrorMessage = message } };
}
