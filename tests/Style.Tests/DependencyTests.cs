using System.Xml.Linq;

namespace Commission.Style.Tests;

/// <summary>Dependencies point one way.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Engine"] = [],
        ["Storage"] = [],
        ["Embedded"] = [],
        ["Contracts"] = ["Embedded"],
        ["Mapping"] = ["Contracts", "Engine"],
        ["Grains"] = ["Contracts", "Engine", "Mapping", "Storage"],
        // Nothing of the grains, whose work it checks.
        ["Verification"] = ["Contracts", "Engine", "Mapping", "Storage"],
        ["Gateway.Grpc"] = ["Contracts"],
        ["Client"] = ["Contracts"],
        // Storage for `store` and `verify`, which work where there is no silo that could be asked.
        ["Cli"] = ["Client", "Contracts", "Engine", "Storage", "Verification"],
        ["Silo"] = ["Client", "Contracts", "Embedded", "Gateway.Grpc", "Grains", "Storage", "Verification"],
    };

    public static TheoryData<string> Projects() =>
        [.. Repository.Files("src", "*.csproj").Select(file => file.Split('/')[1])];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ItsReferences_PointTheAllowedWay(string project)
    {
        Assert.Contains(project, Allowed);
        Offences.None(ReferencesOf(project).Except(Allowed[project], StringComparer.Ordinal));
    }

    [Fact]
    public void Engine_ItsPackages_AreTheYamlReaderOnly() =>
        Assert.Equal(["YamlDotNet"], PackagesOf("Engine"));

    [Theory]
    [InlineData("Grains")]
    [InlineData("Contracts")]
    public void Source_OfGrains_HasNoConditionalCompilation(string project)
    {
        var conditional = Repository.Files(Path.Combine("src", project), "*.cs")
            .Where(file => Repository.Read(file).Contains("#if", StringComparison.Ordinal));

        Offences.None(conditional);
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        ProjectOf(project).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Split('/', '\\')[^2]);

    private static IEnumerable<string> PackagesOf(string project) =>
        ProjectOf(project).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);

    private static XDocument ProjectOf(string project) =>
        XDocument.Parse(Repository.Read(Repository.Files(Path.Combine("src", project), "*.csproj").Single()));
}
