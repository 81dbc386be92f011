using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http.OpenApi;

/// <summary>The comments of .proto files by the full name of what they stand at.</summary>
internal sealed class DocComments
{
    // Field numbers in descriptor.proto, of which the paths of source information are made.
    private const int FileMessages = 4;
    private const int FileEnums = 5;
    private const int FileServices = 6;
    private const int Fields = 2;
    private const int NestedMessages = 3;
    private const int NestedEnums = 4;
    private const int ServiceMethods = 2;
    private const int EnumValues = 2;

    private readonly Dictionary<string, string> _comments = new(StringComparer.Ordinal);

    /// <summary>Reads a google.protobuf.FileDescriptorSet that was made with source information.</summary>
    public static DocComments Read(Stream descriptorSet)
    {
        var comments = new DocComments();
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(descriptorSet).File)
        {
            foreach (var location in file.SourceCodeInfo?.Location ?? [])
            {
                comments.Add(file, location);
            }
        }

        return comments;
    }

    /// <summary>The comment at a full name, its lines as they are; empty if there is none.</summary>
    public string Of(string fullName) => _comments.GetValueOrDefault(fullName, "");

    private void Add(FileDescriptorProto file, SourceCodeInfo.Types.Location location)
    {
        var text = location.LeadingComments.Length > 0 ? location.LeadingComments : location.TrailingComments;
        if (text.Length > 0 && NameAt(file, location.Path) is { } name)
        {
            var lines = text.Split('\n').Select(line => line.StartsWith(' ') ? line[1..] : line);
            _comments[name] = string.Join('\n', lines).Trim();
        }
    }

    private static string? NameAt(FileDescriptorProto file, RepeatedField<int> path)
    {
        var name = path switch
        {
            [FileServices, var i] => file.Service[i].Name,
            [FileServices, var i, ServiceMethods, var j] => $"{file.Service[i].Name}.{file.Service[i].Method[j].Name}",
            [FileEnums, var i, ..] => NameAt(file.EnumType[i], path.Skip(2).ToArray()),
            [FileMessages, var i, ..] => NameAt(file.MessageType[i], path.Skip(2).ToArray()),
            _ => null,
        };
        return name is null ? null : $"{file.Package}.{name}";
    }

    private static string? NameAt(DescriptorProto type, ReadOnlySpan<int> path)
    {
        var name = path switch
        {
            [] => "",
            [Fields, var i] => type.Field[i].Name,
            [NestedMessages, var i, .. var rest] => NameAt(type.NestedType[i], rest),
            [NestedEnums, var i, .. var rest] => NameAt(type.EnumType[i], rest),
            _ => null,
        };
        return name is null or "" ? Only(name, type.Name) : $"{type.Name}.{name}";
    }

    private static string? NameAt(EnumDescriptorProto type, ReadOnlySpan<int> path) => path switch
    {
        [] => type.Name,
        [EnumValues, var i] => $"{type.Name}.{type.Value[i].Name}",
        _ => null,
    };

    private static string? Only(string? found, string name) => found is null ? null : name;
}
