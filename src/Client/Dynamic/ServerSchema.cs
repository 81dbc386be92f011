using Commission.Contracts.Reflection.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Commission.Client.Dynamic;

/// <summary>
/// The services of a server as it describes them itself by grpc.reflection.v1, with their messages: enough to call any
/// method of a server of any version.
/// </summary>
public sealed class ServerSchema
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MessageDescriptor> _messages = new(StringComparer.Ordinal);

    private ServerSchema(IReadOnlyList<FileDescriptor> files, IReadOnlyList<string> services)
    {
        foreach (var file in files)
        {
            _files.TryAdd(file.Name, file);
            file.MessageTypes.ToList().ForEach(Add);
        }

        Services =
        [
            .. _files.Values.SelectMany(file => file.Services)
                .Where(service => services.Contains(service.FullName, StringComparer.Ordinal))
                .OrderBy(service => service.FullName, StringComparer.Ordinal),
        ];
    }

    /// <summary>The server's services by name.</summary>
    public IReadOnlyList<ServiceDescriptor> Services { get; }

    /// <summary>Asks a server for all of its services.</summary>
    /// <param name="channel">The connection.</param>
    /// <param name="options">Metadata and timeout of the question.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <exception cref="RpcFailure">The server has no reflection, refuses it, or describes itself badly.</exception>
    public static async Task<ServerSchema> FetchAsync(
        RpcChannel channel, RpcCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var listed = await AskAsync(
            channel, [new ServerReflectionRequest { ListServices = "*" }], options, cancellationToken);
        var names = listed.SelectMany(answer => answer.ListServicesResponse?.Service ?? [])
            .Select(service => service.Name).ToList();
        var files = new Dictionary<string, FileDescriptorProto>(StringComparer.Ordinal);
        var questions = names.ConvertAll(name => new ServerReflectionRequest { FileContainingSymbol = name });
        while (questions.Count > 0)
        {
            foreach (var answer in await AskAsync(channel, questions, options, cancellationToken))
            {
                Keep(files, answer);
            }

            // A server may send imports along, or wait to be asked.
            questions = [.. Missing(files).Select(name => new ServerReflectionRequest { FileByFilename = name })];
        }

        return new ServerSchema(Build(files), names);
    }

    /// <summary>A method by its name: `Earnings/GetEstimate`, with its package or without; or with a dot.</summary>
    /// <returns>Null for none, or where several services of the short name have such a method.</returns>
    public MethodDescriptor? FindMethod(string name)
    {
        var dotted = name.TrimStart('/').Replace('/', '.');
        var methods = Services.SelectMany(service => service.Methods).ToList();
        var exact = methods.Find(method => method.FullName == dotted);
        var shorter = methods.FindAll(method => $"{method.Service.Name}.{method.Name}" == dotted);
        return exact ?? (shorter.Count == 1 ? shorter[0] : null);
    }

    /// <summary>A message type by its full name, or null.</summary>
    public MessageDescriptor? FindMessage(string fullName) => _messages.GetValueOrDefault(fullName);

    private void Add(MessageDescriptor type)
    {
        _messages.TryAdd(type.FullName, type);
        type.NestedTypes.ToList().ForEach(Add);
    }

    private static async Task<IReadOnlyList<ServerReflectionResponse>> AskAsync(
        RpcChannel channel,
        IReadOnlyList<ServerReflectionRequest> questions,
        RpcCallOptions? options,
        CancellationToken cancellationToken)
    {
        var method = ReflectionReflection.Descriptor.Services[0].FindMethodByName("ServerReflectionInfo");
        var answers = channel.DuplexAsync<ServerReflectionRequest, ServerReflectionResponse>(
            method, questions.ToAsyncEnumerable(), options, cancellationToken);
        var all = new List<ServerReflectionResponse>();
        await foreach (var answer in answers)
        {
            all.Add(answer.ErrorResponse is { } error
                ? throw new RpcFailure((Code)error.ErrorCode, $"The server's reflection: {error.ErrorMessage}")
                : answer);
        }

        return all;
    }

    private static void Keep(Dictionary<string, FileDescriptorProto> files, ServerReflectionResponse answer)
    {
        var known = files.Count;
        foreach (var bytes in answer.FileDescriptorResponse?.FileDescriptorProto ?? [])
        {
            var file = FileDescriptorProto.Parser.ParseFrom(bytes);
            files.TryAdd(file.Name, file);
        }

        if (answer.OriginalRequest?.FileByFilename is { Length: > 0 } asked && files.Count == known)
        {
            throw new RpcFailure(Code.Internal, $"The server's reflection does not have the file '{asked}'.");
        }
    }

    private static IEnumerable<string> Missing(Dictionary<string, FileDescriptorProto> files) =>
        files.Values.SelectMany(file => file.Dependency).Where(name => !files.ContainsKey(name))
            .Distinct(StringComparer.Ordinal);

    private static IReadOnlyList<FileDescriptor> Build(Dictionary<string, FileDescriptorProto> files)
    {
        var ordered = new List<FileDescriptorProto>();
        var visited = new HashSet<string>(StringComparer.Ordinal);
        files.Values.ToList().ForEach(Visit);
        try
        {
            return FileDescriptor.BuildFromByteStrings(ordered.Select(file => file.ToByteString()));
        }
        catch (Exception wrong) when (wrong is DescriptorValidationException or ArgumentException)
        {
            throw new RpcFailure(Code.Internal, $"The server describes itself badly: {wrong.Message}", cause: wrong);
        }

        void Visit(FileDescriptorProto file)
        {
            if (visited.Add(file.Name))
            {
                file.Dependency.ToList().ForEach(name => Visit(files[name]));
                ordered.Add(file);
            }
        }
    }
}
