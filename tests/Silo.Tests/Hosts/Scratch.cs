namespace Commission.Silo.Tests.Hosts;

/// <summary>A folder of one test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("commission-silo-").FullName;

    public string Store => Path.Combine(Folder, "store");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
