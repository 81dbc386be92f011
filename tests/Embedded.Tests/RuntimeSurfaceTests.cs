using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Commission.Embedded.Tests;

/// <summary>
/// What our grains, their interfaces and the gateway use of the grain runtime, read from the compiled code, is what
/// docs/architecture.md lists: both runtimes have that, so the cluster build compiles what this build does.
/// </summary>
public sealed partial class RuntimeSurfaceTests
{
    private const string Heading = "## What is used of the grain runtime";
    private static readonly string[] Users = ["Contracts", "Grains", "Gateway.Grpc", "Mapping", "Verification"];

    [Fact]
    public void Runtime_WhatIsUsedOfIt_IsWhatTheArchitectureLists()
    {
        var used = Users.SelectMany(UsedBy).ToHashSet(StringComparer.Ordinal);

        var listed = Listed();
        Assert.NotEmpty(listed);
        Assert.Equal(listed.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    /// <summary>`Type` or `Type.Member` between backticks, in the table below the heading.</summary>
    private static HashSet<string> Listed()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "architecture.md"));
        var from = text.IndexOf(Heading, StringComparison.Ordinal);
        Assert.True(from >= 0, $"docs/architecture.md has no '{Heading}'.");
        var to = text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        var rows = text[from..(to < 0 ? text.Length : to)].Split('\n').Where(line => line.StartsWith('|'));
        return [.. rows.SelectMany(row => Name().Matches(row)).Select(match => match.Groups["name"].Value)];
    }

    private static IEnumerable<string> UsedBy(string project)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"Commission.{project}.dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var types = metadata.TypeReferences
            .Where(type => IsOfRuntime(metadata, type))
            .Select(type => NameOf(metadata, type));
        var members = metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Select(member => (Type: TypeOf(metadata, member.Parent), Name: metadata.GetString(member.Name)))
            .Where(member => member.Type is not null && IsOfRuntime(metadata, member.Type.Value)
                && member.Name != ".ctor")
            .Select(member => $"{NameOf(metadata, member.Type!.Value)}.{Property(member.Name)}");
        return [.. types, .. members, .. Overrides(metadata)];
    }

    /// <summary>What classes of ours override of the runtime's.</summary>
    private static IEnumerable<string> Overrides(MetadataReader metadata) =>
        from type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
        where type.BaseType.Kind == HandleKind.TypeReference
        let parent = (TypeReferenceHandle)type.BaseType
        where IsOfRuntime(metadata, parent)
        from method in type.GetMethods().Select(metadata.GetMethodDefinition)
        where method.Attributes.HasFlag(MethodAttributes.Virtual)
            && !method.Attributes.HasFlag(MethodAttributes.NewSlot)
        select $"{NameOf(metadata, parent)}.{metadata.GetString(method.Name)}";

    /// <summary>The type whose member it is; of a generic one, the definition.</summary>
    private static TypeReferenceHandle? TypeOf(MetadataReader metadata, EntityHandle parent)
    {
        switch (parent.Kind)
        {
            case HandleKind.TypeReference:
                return (TypeReferenceHandle)parent;
            case HandleKind.TypeSpecification:
                var signature = metadata.GetBlobReader(
                    metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
                if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
                {
                    return null;
                }

                // Then "class" or "value type", then which.
                signature.ReadCompressedInteger();
                var definition = signature.ReadTypeHandle();
                return definition.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)definition : null;
            default:
                return null;
        }
    }

    private static bool IsOfRuntime(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => IsOfRuntime(metadata, (TypeReferenceHandle)type.ResolutionScope),
            HandleKind.AssemblyReference => metadata.GetString(metadata.GetAssemblyReference(
                (AssemblyReferenceHandle)type.ResolutionScope).Name) == "Commission.Embedded",
            _ => false,
        };
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var name = metadata.GetString(metadata.GetTypeReference(handle).Name).Split('`')[0];
        return name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
    }

    private static string Property(string name) =>
        name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal)
            ? name[4..]
            : name;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run in the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex("`(?<name>[A-Za-z.]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
