using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Reflection;

/// <summary>Every file that some services need, and where each name in them is declared.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, int Number), FileDescriptor> _extensions = [];

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        var distinct = services.Distinct().ToList();
        Services = [.. distinct.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var service in distinct)
        {
            Add(service.File);
        }
    }

    /// <summary>The services' full names, in order.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>A file by its name, or null.</summary>
    public FileDescriptor? File(string name) => _files.GetValueOrDefault(name);

    /// <summary>The file that declares a full name, or null.</summary>
    public FileDescriptor? FileOf(string symbol) => _symbols.GetValueOrDefault(symbol);

    /// <summary>The file that declares an extension, or null.</summary>
    public FileDescriptor? FileOf(string type, int number) => _extensions.GetValueOrDefault((type, number));

    /// <summary>The numbers of a message's extensions in ascending order; null if there is no such message.</summary>
    public IReadOnlyList<int>? ExtensionsOf(string type) => _symbols.ContainsKey(type)
        ? [.. _extensions.Keys.Where(key => key.Type == type).Select(key => key.Number).Order()]
        : null;

    /// <summary>A file and all that it imports, itself first, each once.</summary>
    public static IReadOnlyList<FileDescriptor> WithImports(FileDescriptor file)
    {
        var all = new List<FileDescriptor> { file };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(all[i].Dependencies.Where(import => all.TrueForAll(known => known.Name != import.Name)));
        }

        return all;
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var symbol in file.Services.SelectMany(Symbols)
            .Concat(file.MessageTypes.SelectMany(Symbols))
            .Concat(file.EnumTypes.SelectMany(Symbols))
            .Concat(file.Extensions.UnorderedExtensions.Select(extension => extension.FullName)))
        {
            _symbols.TryAdd(symbol, file);
        }

        var extensions = file.Extensions.UnorderedExtensions.Concat(file.MessageTypes.SelectMany(ExtensionsIn));
        foreach (var extension in extensions)
        {
            _extensions.TryAdd((extension.ExtendeeType.FullName, extension.FieldNumber), file);
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }
    }

    private static IEnumerable<FieldDescriptor> ExtensionsIn(MessageDescriptor type) =>
        type.Extensions.UnorderedExtensions.Concat(type.NestedTypes.SelectMany(ExtensionsIn));

    private static IEnumerable<string> Symbols(ServiceDescriptor service) =>
        service.Methods.Select(method => method.FullName).Prepend(service.FullName);

    private static IEnumerable<string> Symbols(EnumDescriptor type) =>
        type.Values.Select(value => value.FullName).Prepend(type.FullName);

    private static IEnumerable<string> Symbols(MessageDescriptor type) =>
        type.Fields.InDeclarationOrder().Select(field => field.FullName)
            .Concat(type.Oneofs.Select(oneof => oneof.FullName))
            .Concat(type.NestedTypes.SelectMany(Symbols))
            .Concat(type.EnumTypes.SelectMany(Symbols))
            .Concat(type.Extensions.UnorderedExtensions.Select(extension => extension.FullName))
            .Prepend(type.FullName);
}
