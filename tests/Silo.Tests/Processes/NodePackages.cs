using System.ComponentModel;

namespace Commission.Silo.Tests.Processes;

/// <summary>Node and what its scripts need.</summary>
internal static class NodePackages
{
    public static async Task<bool> IsNodeThereAsync()
    {
        try
        {
            await RunningProgram.RunAsync("node", RunningProgram.Root, "--version");
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The folder of this project's copies of tests/node's scripts, with their packages installed.</summary>
    public static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "node");
        await RunningProgram.RunAsync("npm", folder, "ci", "--ignore-scripts");
        return folder;
    }
}
