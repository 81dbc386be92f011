using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Commission.Load.Measuring;

/// <summary>Where and of what a report is.</summary>
/// <param name="Processor">Its name, as the system tells it.</param>
/// <param name="Cores">How many the process may use.</param>
/// <param name="MemoryBytes">Of the machine, or as much as the process may use.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Commit">Of the source that was built; empty outside a repository.</param>
internal sealed record Machine(
    string Processor, int Cores, long MemoryBytes, string System, string Runtime, string Commit)
{
    private const string ProcessorInfo = "/proc/cpuinfo";

    /// <summary>This one.</summary>
    public static Machine Here() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        CommitOfBuild());

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cores} × {Processor}, {MemoryBytes >> 30} GiB, {System}, {Runtime}, commit {Commit}");

    private static string ProcessorName() => File.Exists(ProcessorInfo)
        && File.ReadLines(ProcessorInfo).FirstOrDefault(
            line => line.StartsWith("model name", StringComparison.Ordinal)) is { } model
            ? model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();

    private static string CommitOfBuild()
    {
        var version = typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        var parts = version?.InformationalVersion.Split('+') ?? [];
        return parts.Length > 1 ? parts[1][..Math.Min(12, parts[1].Length)] : "";
    }
}
