using Commission.Client.Import;

namespace Commission.Client.Tests;

/// <summary>A folder that goes away with the test.</summary>
public sealed class Scratch : IDisposable
{
    public Scratch() => Folder = Directory.CreateTempSubdirectory("commission-").FullName;

    public string Folder { get; }

    /// <summary>The repository's root, where Commission.sln is.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Sample(string name) => Path.Combine(Repository, "samples", "adventureworks", name);

    public string File(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    /// <summary>All rows of a file with a mapping that must be right.</summary>
    public List<ImportRow> Read(string csv, string mapping) =>
        [.. DealFile.Read(Write("deals.csv", csv), Mapping(mapping))];

    public static Mapping Mapping(string text)
    {
        var read = MappingFormat.Parse(text, "map.yaml");
        Assert.Empty(read.Problems);
        return read.Value!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder.FullName;
    }
}
