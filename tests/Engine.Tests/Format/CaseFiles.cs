namespace Commission.Engine.Tests.Format;

/// <summary>The conformance cases beside the tests.</summary>
internal static class CaseFiles
{
    public static string Read(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", name));
}
